/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import java.util.List;

/**
 * Something whose cost is measured to see how cost grows: a compound adapter on an encoder.
 *
 * @param load what the encoder is and computes
 * @param sites the number of adapted linear layers: the queries first, then the values, keys,
 *     outputs of attention and the two layers of the feed-forward part
 * @param orders the orders of the compound matrices
 * @param blocks the number of blocks of a layer, 0 where the size of a block is given
 * @param blockSize the size of a block, 0 where their number is given
 */
record GrowthPoint(Load load, int sites, List<Integer> orders, int blocks, int blockSize) {

    GrowthPoint {
        orders = List.copyOf(orders);
    }

    /**
     * An encoder and its input; what is measured of one load is interleaved.
     *
     * @param layers the number of layers
     * @param width the number of features of a token
     * @param batch the number of rows of a batch
     * @param length the number of tokens of a row
     */
    record Load(int layers, int width, int batch, int length) {

        ModelShape shape() {
            return ModelShape.encoder(layers, width, Math.max(1, width / 64), 4 * width);
        }

        int tokens() {
            return batch * length;
        }
    }
}
