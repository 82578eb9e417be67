/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * Layers that train through their transformed weights, without a gradient of these weights.
 *
 * <p>A pass computes y = x W'<sup>T</sup> + b with W' as it is, at the base's cost, and leaves
 * behind x or y and an array that gets the gradient of y. When the backward pass has been through
 * the model, {@link #backward} computes the gradients of the transforms' parameters from that. This
 * takes one product over the tokens where autograd, which has to go through a rotation or a sum of
 * low rank at every token, takes three.
 */
public interface Tape {

    /**
     * A layer while it is on the tape.
     *
     * @param weight W' of shape (out, in), without gradient
     * @param rest what is still to be done to the outputs, by transforms with gradients: factors
     *     and changes of the bias
     */
    record Layer(NDArray weight, WeightTransform rest) {}

    /**
     * What a pass left behind.
     *
     * @param layer the position of the layer on the tape
     * @param kept the inputs x of shape (tokens, in) or the results y of shape (tokens, out)
     * @param sums an array of the shape of y that gets the gradient of y in the backward pass; its
     *     rows are the bias that y contains
     */
    record Passage(int layer, NDArray kept, NDArray sums) {}

    /**
     * The layers.
     *
     * @return the layers, which belong to the manager the tape was made with
     */
    List<Layer> layers();

    /**
     * Tells what passes keep.
     *
     * @return true for the inputs, false for the results
     */
    boolean keepsInputs();

    /**
     * Adds to the gradients of the parameters, once, after the backward pass through the model.
     *
     * @param passages what passes left behind; those that no gradient has reached count for nothing
     * @param scope a manager for intermediate results
     * @return false if no gradient has reached any of them; the tape is as it was then
     */
    boolean backward(List<Passage> passages, NDManager scope);
}
