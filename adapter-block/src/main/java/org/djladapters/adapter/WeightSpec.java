/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What an adapter needs to know of the weight it is for.
 *
 * @param path the path of its module in the model, empty for a Block that stands alone
 * @param kind what the module does with it
 * @param shape (out, in) of a linear layer, (out, in, kernel height, kernel width) of a
 *     convolution, or (in, out) where transposed
 * @param dataType the type of the weight
 * @param biased whether the module adds a bias
 */
public record WeightSpec(String path, Kind kind, Shape shape, DataType dataType, boolean biased) {

    /** What a module does with its weight. */
    public enum Kind {
        /** y = x W<sup>T</sup> + b. */
        LINEAR,
        /** GPT-2's layer of that name, a linear layer with its weight stored as (in, out). */
        CONV1D,
        /** A two-dimensional convolution. */
        CONV2D,
        /** A table of which rows are picked: a linear layer of one-hot inputs, (in, out). */
        EMBEDDING,
        /** A weight used in a way of its own; it is transformed itself. */
        WEIGHT;

        /**
         * {@return true if the output features are the last axis of the weight, which is stored as
         * (in, out)}
         */
        public boolean isTransposed() {
            return this == CONV1D || this == EMBEDDING;
        }
    }

    /**
     * Describes the weight of a linear layer that stands alone.
     *
     * @param shape (out, in)
     * @param dataType the type of the weight
     */
    public static WeightSpec linear(Shape shape, DataType dataType) {
        return new WeightSpec("", Kind.LINEAR, shape, dataType, true);
    }

    /**
     * {@return true if the output features are the last axis of the weight, which is stored as (in,
     * out)}
     */
    public boolean transposed() {
        return kind.isTransposed();
    }

    /**
     * {@return the number of output features, the length of the axis that an output rotation acts
     * on}
     */
    public int features() {
        return Math.toIntExact(shape.get(transposed() ? shape.dimension() - 1 : 0));
    }

    /**
     * {@return the number of inputs of every output feature: in of a linear layer, in &middot;
     * kernel height &middot; kernel width of a convolution}
     */
    public int inputs() {
        return Math.toIntExact(shape.size() / features());
    }

    /**
     * The number of inputs of a weight of which a method rotates the inputs.
     *
     * @param method the name of the method, for the message
     * @throws IllegalArgumentException if the weight is an embedding
     */
    public int rotatedInputs(String method) {
        if (kind == Kind.EMBEDDING) {
            throw new IllegalArgumentException(
                    method
                            + " rotates the inputs of a layer, but the inputs of an embedding"
                            + " are not vectors; leave it out of the targets");
        }
        return inputs();
    }

    /**
     * Requires the weight of a linear layer.
     *
     * @param method the name of the method, which adapts nothing else, for the message
     * @return this
     * @throws IllegalArgumentException if the weight is of another module
     */
    public WeightSpec requireLinear(String method) {
        if (kind != Kind.LINEAR && kind != Kind.CONV1D) {
            throw new IllegalArgumentException(
                    method
                            + " adapts linear layers, which this is not; leave it out of the"
                            + " targets");
        }
        return this;
    }

    /**
     * Requires the weight of a layer, which an embedding is not.
     *
     * @param method the name of the method, for the message
     * @return this
     * @throws IllegalArgumentException if the weight is of an embedding
     */
    public WeightSpec requireLayer(String method) {
        if (kind == Kind.EMBEDDING) {
            throw new IllegalArgumentException(
                    method
                            + " adapts layers, which an embedding is not; leave it out of the"
                            + " targets");
        }
        return this;
    }

    /**
     * {@return the type of the parameters of an adapter: float64 for float64 weights, float32
     * otherwise}
     */
    public DataType parameterType() {
        return dataType == DataType.FLOAT64 ? DataType.FLOAT64 : DataType.FLOAT32;
    }

    /**
     * Makes something for every weight; the path of one for which that fails precedes the message.
     *
     * @param weights the weights
     * @param factory makes it
     * @param <T> its type
     * @return what was made, in the order of the weights
     * @throws IllegalArgumentException if the factory throws one
     */
    public static <T> List<T> each(List<WeightSpec> weights, Function<WeightSpec, T> factory) {
        List<T> made = new ArrayList<>();
        for (WeightSpec weight : weights) {
            made.add(weight.named(() -> factory.apply(weight)));
        }
        return made;
    }

    /**
     * Runs something about this weight, whose path precedes the message if that fails.
     *
     * @param action what is run
     * @param <T> the type of its result
     * @throws IllegalArgumentException if the action throws one
     */
    public <T> T named(Supplier<T> action) {
        try {
            return action.get();
        } catch (IllegalArgumentException e) {
            throw path.isEmpty()
                    ? e
                    : new IllegalArgumentException("Module " + path + ": " + e.getMessage(), e);
        }
    }
}
