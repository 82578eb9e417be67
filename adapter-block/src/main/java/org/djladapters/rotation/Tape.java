/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers that train through their transformed weights, without a gradient of these weights.
 *
 * <p>A pass computes y = x W'<sup>T</sup> + b with W' as it is, at the base's cost, outside of
 * autograd. As soon as the backward pass knows the gradient G of y, it computes what the tape needs
 * of x or y and G, a few small arrays, and lets both go; when it is over, {@link #backward} makes
 * the gradients of the transforms' parameters of these arrays. This takes one product over the
 * tokens where autograd, which has to go through a rotation or a sum of low rank at every token,
 * takes three.
 */
public interface Tape {

    /**
     * A layer while it is on the tape.
     *
     * @param weight W' of shape (out, in), without gradient
     * @param rest what is still to be done to the outputs, by transforms with gradients: factors
     *     and changes of the bias
     * @param reduction what the backward pass computes
     */
    record Layer(NDArray weight, WeightTransform rest, Reduction reduction) {}

    /**
     * What a backward pass computes of a layer's x or y and G, see {@code recording.py}.
     *
     * @param code the kind, and numbers that belong to it
     * @param factors A and B of W' = W + B A, null for other kinds
     */
    record Reduction(List<Integer> code, LowRank factors) {

        private static final int BLOCKS = 0;
        private static final int FACTORS = 1;

        /** Copies the list. */
        public Reduction {
            code = List.copyOf(code);
        }

        /**
         * The products (y - b)<sup>T</sup> G of blocks of features.
         *
         * @param blocks the number of blocks
         * @param size the number of features of a block
         * @param parts the sizes of parts at the start of every block; products of features of
         *     different parts are left out
         * @return an array of shape (blocks, part, part) for every part
         */
        static Reduction ofBlocks(int blocks, int size, List<Integer> parts) {
            List<Integer> code = new ArrayList<>(List.of(BLOCKS, blocks, size));
            code.addAll(parts);
            return new Reduction(code, null);
        }

        /**
         * The gradients of A and B, those that are asked for.
         *
         * @param factors A and B
         * @return two arrays, without elements for what is not needed
         */
        static Reduction ofFactors(LowRank factors) {
            return new Reduction(List.of(FACTORS), factors);
        }
    }

    /**
     * What the backward pass has computed for a use of a layer.
     *
     * @param layer the position of the layer on the tape
     * @param results the arrays that its {@link Reduction} says
     */
    record Passage(int layer, List<NDArray> results) {}

    /**
     * The layers.
     *
     * @return the layers, which belong to the manager the tape was made with
     */
    List<Layer> layers();

    /**
     * Adds to the gradients of the parameters, once, after the backward pass through the model.
     *
     * @param passages what the backward pass has computed, at least one
     * @param scope a manager for intermediate results
     */
    void backward(List<Passage> passages, NDManager scope);
}
