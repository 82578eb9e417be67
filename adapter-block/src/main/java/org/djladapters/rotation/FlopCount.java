/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import org.djladapters.io.Internal;

/**
 * Floating point operations of a training step, a multiplication and an addition counted as two.
 *
 * <p>What is counted are products of matrices, inverses of size n as 2n<sup>3</sup>, and the sums
 * of products that the entries of compound matrices are. What is done once for every number, such
 * as adding a bias, multiplying by factors or by a dropout mask, taking norms and gathering, is
 * left out.
 *
 * @param forward for every token, in the forward pass
 * @param backward for every token, in the backward pass and in what follows it
 * @param stepForward once a step, whatever the number of tokens, before the forward pass
 * @param stepBackward once a step, in the backward pass and in what follows it
 */
@Internal
public record FlopCount(long forward, long backward, long stepForward, long stepBackward) {

    /** Nothing that is counted. */
    public static final FlopCount NONE = new FlopCount(0, 0, 0, 0);

    public FlopCount plus(FlopCount other) {
        return new FlopCount(
                forward + other.forward,
                backward + other.backward,
                stepForward + other.stepForward,
                stepBackward + other.stepBackward);
    }

    /**
     * Returns what rotating the activations of a layer by autograd takes, for steps of blocks of
     * size b: 2b<sup>2</sup> a block forward, z C, and twice that backward, the gradients of z and
     * of C.
     */
    public static FlopCount rotating(long steps, long blocks, long size) {
        long product = 2 * steps * blocks * size * size;
        return new FlopCount(product, 2 * product, 0, 0);
    }

    /** Returns a product that is made once a step, and backward the gradients of both factors. */
    public static FlopCount once(long product) {
        return new FlopCount(0, 0, product, 2 * product);
    }

    FlopCount times(long count) {
        return new FlopCount(
                forward * count, backward * count, stepForward * count, stepBackward * count);
    }
}
