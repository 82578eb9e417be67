/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import java.util.List;

/**
 * A compound adapter on an encoder, whose cost is measured.
 *
 * @param load the encoder and its input
 * @param sites the number of adapted linear layers: the queries first, then the values, keys,
 *     outputs of attention and the two layers of the feed-forward part
 * @param blocks the number of blocks of a layer, 0 if the size of a block is given
 * @param blockSize the size of a block, 0 if their number is given
 */
record GrowthPoint(Load load, int sites, List<Integer> orders, int blocks, int blockSize) {

    GrowthPoint {
        orders = List.copyOf(orders);
    }

    /** An encoder and its input; the measurements of one load are interleaved. */
    record Load(int layers, int width, int batch, int length) {

        ModelShape shape() {
            return ModelShape.encoder(layers, width, Math.max(1, width / 64), 4 * width);
        }

        int tokens() {
            return batch * length;
        }
    }
}
