/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.params;

/** Receives what a model consists of, in the order of the model. Paths are those of HuggingFace. */
public interface Tensors {

    /**
     * A linear layer of weight (out, in).
     *
     * @param path the path of the module
     * @param in the number of inputs
     * @param out the number of outputs
     * @param biased whether it has a bias (out)
     */
    void linear(String path, int in, int out, boolean biased);

    /**
     * A table of which rows are picked.
     *
     * @param path the path of the module
     * @param rows the number of rows
     * @param width the length of a row
     */
    void embedding(String path, int rows, int width);

    /**
     * A convolution of weight (out, in, side, side) and bias (out).
     *
     * @param path the path of the module
     * @param in the number of channels
     * @param out the number of filters
     * @param side the height and width of a filter
     */
    void convolution(String path, int in, int out, int side);

    /**
     * A normalization of factors (width).
     *
     * @param path the path of the module
     * @param width the number of features
     * @param biased whether it has a bias (width)
     */
    void norm(String path, int width, boolean biased);

    /**
     * A parameter that belongs to no module of these kinds. A matrix can be adapted itself.
     *
     * @param name the name of the parameter
     * @param start its values before training, NaN for random ones
     * @param shape its shape
     */
    void parameter(String name, double start, long... shape);
}
