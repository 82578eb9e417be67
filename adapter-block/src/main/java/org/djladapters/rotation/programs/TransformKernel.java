/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.djladapters.kernel.NativeCall;
import org.djladapters.rotation.BlockRotation;
import org.djladapters.rotation.LowRank;
import org.djladapters.rotation.WeightTransform;

/**
 * Applies transforms to weights on the native engine, and other small services on arrays of any
 * floating type. Gradients flow through {@link #transform}, {@link #cast} and {@link #times}.
 */
public final class TransformKernel {

    private TransformKernel() {}

    /**
     * A layer to transform.
     *
     * @param weight W of shape (out, ...), or (in, out) where transposed
     * @param bias b of shape (out), or null
     * @param transposed whether W is stored as (in, out)
     * @param transform the transform
     */
    public record Layer(
            NDArray weight, NDArray bias, boolean transposed, WeightTransform transform) {}

    /**
     * What a layer becomes.
     *
     * @param weight W', of the shape and type of W
     * @param bias b', of the shape and type of b, or null where there is none
     */
    public record Result(NDArray weight, NDArray bias) {}

    /**
     * Transforms layers in one native call, computed in float32 (float64 for float64 weights) and
     * cast to the type of W at the end.
     *
     * @param layers the layers
     * @param manager the owner of the results
     * @return the results in the order of the layers
     * @throws IllegalArgumentException if a transform shifts a bias that does not exist
     */
    public static List<Result> transform(List<Layer> layers, NDManager manager) {
        if (layers.isEmpty()) {
            return List.of();
        }
        try (NDManager scope = manager.newSubManager()) {
            // an array can stand in one list of a call only
            NDArray noBias = scope.create(new Shape(0));
            NDArray noPart = scope.create(new Shape(0));
            NDList weights = new NDList();
            NDList biases = new NDList();
            NDList parts = new NDList();
            boolean[] transposed = new boolean[layers.size()];
            for (int i = 0; i < transposed.length; i++) {
                Layer layer = layers.get(i);
                if (layer.bias() == null && layer.transform().shift() != null) {
                    throw new IllegalArgumentException(
                            "The layer has no bias that could be changed");
                }
                weights.add(layer.weight());
                biases.add(layer.bias() == null ? noBias : layer.bias());
                parts.addAll(layer.transform().parts(noPart));
                transposed[i] = layer.transposed();
            }
            NDList flat =
                    KernelProgram.WEIGHTS
                            .call("transform", manager)
                            .tensors(weights)
                            .tensors(biases)
                            .tensors(parts)
                            .tensor(scope.create(transposed))
                            .run();
            List<NDArray> newWeights = flat.subList(0, transposed.length);
            List<NDArray> newBiases = flat.subList(transposed.length, flat.size());
            List<Result> results = new ArrayList<>();
            for (int i = 0; i < transposed.length; i++) {
                boolean biased = layers.get(i).bias() != null;
                results.add(new Result(newWeights.get(i), biased ? newBiases.get(i) : null));
            }
            return results;
        }
    }

    /**
     * Transforms one weight.
     *
     * @param weight W of shape (out, ...), or (in, out) where transposed
     * @param transform the transform
     * @param transposed whether W is stored as (in, out)
     * @param manager the owner of the result
     * @return W', of the shape and type of W
     */
    public static NDArray transform(
            NDArray weight, WeightTransform transform, boolean transposed, NDManager manager) {
        Layer layer = new Layer(weight, null, transposed, transform);
        return transform(List.of(layer), manager).get(0).weight();
    }

    /**
     * Takes the squares of the parts out of rotations, for products part by part.
     *
     * @param rotations rotations that are {@linkplain BlockRotation#isPlain plain} and have the
     *     same {@link BlockRotation#sizes}
     * @param owner the owner of the results
     * @return the rotations by parts
     */
    public static List<BlockRotation> byParts(List<BlockRotation> rotations, NDManager owner) {
        List<Integer> sizes = rotations.get(0).sizes();
        long[] numbers = sizes.stream().mapToLong(Integer::longValue).toArray();
        // read on the CPU
        NDArray index = owner.create(numbers).toDevice(Device.cpu(), false);
        return KernelProgram.WEIGHTS
                .call("by_parts", owner)
                .tensors(rotations.stream().map(BlockRotation::blocks).toList())
                .tensor(index)
                .run()
                .stream()
                .map(squares -> new BlockRotation(squares, index))
                .toList();
    }

    /**
     * Computes the norm of every row of weights, each taken as (out, in).
     *
     * @param weights the weights
     * @param transposed whether the weight at a position is stored as (in, out)
     * @param manager the owner of the results
     * @return arrays of shape (out), of float64 for float64 weights and float32 otherwise
     */
    public static NDList rowNorms(
            List<NDArray> weights, List<Boolean> transposed, NDManager manager) {
        boolean[] flags = new boolean[weights.size()];
        for (int i = 0; i < flags.length; i++) {
            flags[i] = transposed.get(i);
        }
        try (NDManager scope = manager.newSubManager()) {
            return KernelProgram.WEIGHTS
                    .call("row_norms", manager)
                    .tensors(weights)
                    .tensor(scope.create(flags))
                    .run();
        }
    }

    /**
     * Casts an array to the type of another. Unlike the arrays' own methods this takes bfloat16.
     *
     * @param array the array
     * @param like an array of the wanted type
     * @param manager the owner of the result, which may share the elements of the array
     * @return the array in that type
     */
    public static NDArray cast(NDArray array, NDArray like, NDManager manager) {
        NativeCall call = KernelProgram.ARRAYS.call("cast", manager).tensor(array).tensor(like);
        return call.run().singletonOrThrow();
    }

    /**
     * Makes an array of a floating type. Unlike the managers' own methods this makes bfloat16.
     *
     * @param shape its shape
     * @param type float16, bfloat16, float32 or float64
     * @param manager the owner of the result
     * @return an array whose elements are undefined
     */
    public static NDArray empty(Shape shape, DataType type, NDManager manager) {
        long number =
                switch (type) {
                    case FLOAT16 -> 5;
                    case FLOAT32 -> 6;
                    case FLOAT64 -> 7;
                    case BFLOAT16 -> 15;
                    default -> throw new IllegalArgumentException("No array of " + type);
                };
        try (NDManager scope = manager.newSubManager()) {
            return KernelProgram.ARRAYS
                    .call("empty", manager)
                    .tensor(scope.create(shape.getShape()))
                    .tensor(scope.create(number))
                    .run()
                    .singletonOrThrow();
        }
    }

    /**
     * Sets elements of an array, in its type.
     *
     * @param target the array
     * @param part the elements in row-major order
     * @param first the position of the first one in the array, in row-major order
     * @return false if an element is too large for the type and has become infinite
     */
    public static boolean put(NDArray target, NDArray part, long first) {
        try (NDManager scope = target.getManager().newSubManager()) {
            return KernelProgram.ARRAYS
                    .call("put", scope)
                    .tensor(target)
                    .tensor(part)
                    .tensor(scope.create(first))
                    .run()
                    .singletonOrThrow()
                    .getBoolean();
        }
    }

    /**
     * Multiplies an array by a number.
     *
     * <p>{@link NDArray#mul(Number)} is no match where gradients flow: it gives the engine the
     * number in memory of the caller's, which the garbage collector may take before the gradient is
     * computed with it.
     *
     * @param array the array
     * @param factor the number
     * @param manager the owner of the result
     * @return the products, in the type of the array
     */
    public static NDArray times(NDArray array, double factor, NDManager manager) {
        try (NDManager scope = manager.newSubManager()) {
            return KernelProgram.ARRAYS
                    .call("times", manager)
                    .tensor(array)
                    .tensor(scope.create(factor))
                    .run()
                    .singletonOrThrow();
        }
    }

    /**
     * Returns the identity with gradients of zero for all that trains in a transform, for
     * optimizers that expect that every parameter has a gradient.
     */
    public static WeightTransform switchedOff(WeightTransform transform, NDManager scope) {
        UnaryOperator<NDArray> zeros = array -> array == null ? null : times(array, 0, scope);
        UnaryOperator<NDArray> ones = array -> array == null ? null : zeros.apply(array).add(1);
        LowRank product = transform.lowRank();
        return new WeightTransform(
                unrotated(transform.input(), scope),
                zeros.apply(transform.dense()),
                product == null
                        ? null
                        : new LowRank(product.down(), zeros.apply(product.up()), product.dropout()),
                unrotated(transform.output(), scope),
                ones.apply(transform.scale()),
                transform.magnitude(),
                zeros.apply(transform.shift()),
                ones.apply(transform.gain()),
                zeros.apply(transform.turn()));
    }

    private static BlockRotation unrotated(BlockRotation rotation, NDManager scope) {
        if (rotation == null) {
            return null;
        }
        NDArray blocks = rotation.blocks();
        long size = blocks.getShape().get(blocks.getShape().dimension() - 1);
        NDArray eye = scope.eye((int) size).toType(blocks.getDataType(), false);
        return new BlockRotation(times(blocks, 0, scope).add(eye), rotation.index());
    }

    /**
     * Tells whether gradients flow to arrays. {@link NDArray#hasGradient} knows of no others than
     * those that somebody has asked for gradients.
     *
     * @param arrays the arrays, at least one
     * @param scope a manager for the intermediate result
     * @return true for parameters that train, and for what is computed from them
     */
    public static boolean needGradients(List<NDArray> arrays, NDManager scope) {
        return KernelProgram.ARRAYS
                .call("need_gradients", scope)
                .tensors(arrays)
                .run()
                .singletonOrThrow()
                .getBoolean();
    }

    /**
     * Computes gradients of an array as the engine's collector does, and leaves what the backward
     * pass has gone through, so that others may follow it through the same.
     *
     * @param target the array, which no other thread has now
     */
    public static void backward(NDArray target) {
        try (NDManager scope = target.getManager().newSubManager()) {
            KernelProgram.ARRAYS.call("backward", scope).tensor(target).unshared().run();
        }
    }

    /**
     * Counts the changes that were made to arrays in place, as optimizers make them.
     *
     * @param arrays the arrays, at least one
     * @param scope a manager for the intermediate result
     * @return a number that grows with every change
     */
    public static long versions(List<NDArray> arrays, NDManager scope) {
        return KernelProgram.ARRAYS
                .call("versions", scope)
                .tensors(arrays)
                .run()
                .singletonOrThrow()
                .getLong();
    }

    /**
     * Copies arrays, without gradients.
     *
     * @param arrays the arrays by what they are called
     * @param owner the owner of the copies
     * @param <K> the type of what they are called by
     * @return the copies, which later changes leave alone, in the same order
     */
    public static <K> Map<K, NDArray> copies(Map<K, NDArray> arrays, NDManager owner) {
        Map<K, NDArray> copies = new LinkedHashMap<>();
        if (!arrays.isEmpty()) {
            List<NDArray> all = List.copyOf(arrays.values());
            Iterator<NDArray> copied =
                    KernelProgram.ARRAYS.call("copies", owner).tensors(all).run().iterator();
            arrays.keySet().forEach(key -> copies.put(key, copied.next()));
        }
        return copies;
    }

    /**
     * Tells whether an array of any floating type has neither infinite nor undefined entries.
     *
     * @param array the array
     * @param scope a manager for the intermediate result
     * @return true if all entries are finite
     */
    public static boolean isFinite(NDArray array, NDManager scope) {
        NDArray all =
                KernelProgram.ARRAYS
                        .call("is_finite", scope)
                        .tensor(array)
                        .run()
                        .singletonOrThrow();
        return all.getBoolean();
    }

    /**
     * Counts the infinite and undefined entries of an array.
     *
     * @param array an array of any type
     * @param scope a manager for the intermediate result
     * @return how many there are, and in how many rows, which lie along the first axis
     */
    public static long[] countNotFinite(NDArray array, NDManager scope) {
        NDArray counts =
                KernelProgram.ARRAYS
                        .call("count_not_finite", scope)
                        .tensor(array)
                        .run()
                        .singletonOrThrow();
        return counts.toLongArray();
    }
}
