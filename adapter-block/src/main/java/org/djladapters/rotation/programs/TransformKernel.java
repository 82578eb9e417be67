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
     * The transformed weight and bias of a layer, of the shapes and types of W and b; no bias where
     * there is none.
     */
    public record Result(NDArray weight, NDArray bias) {}

    /**
     * Transforms layers in one native call, computed in float32 (float64 for float64 weights) and
     * cast to the type of W at the end.
     *
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

    /** Transforms one weight W of shape (out, ...), or (in, out) where transposed. */
    public static NDArray transform(
            NDArray weight, WeightTransform transform, boolean transposed, NDManager manager) {
        Layer layer = new Layer(weight, null, transposed, transform);
        return transform(List.of(layer), manager).get(0).weight();
    }

    /**
     * Takes the squares of the parts out of {@linkplain BlockRotation#isPlain plain} rotations with
     * the same {@link BlockRotation#sizes}, for products part by part.
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
     * Computes the norm of every row of weights, each taken as (out, in); the norms (out) are of
     * float64 for float64 weights and of float32 otherwise.
     */
    public static NDList rowNorms(
            List<NDArray> weights, List<Boolean> transposed, NDManager manager) {
        boolean[] flags = new boolean[weights.size()];
        for (int i = 0; i < flags.length; i++) {
            flags[i] = transposed.get(i);
        }
        return KernelProgram.WEIGHTS
                .call("row_norms", manager)
                .tensors(weights)
                .made(scope -> scope.create(flags))
                .run();
    }

    /**
     * Casts an array to the type of another, which may be bfloat16, unlike by the arrays' own
     * methods. The result may share the elements of the array.
     */
    public static NDArray cast(NDArray array, NDArray like, NDManager manager) {
        NativeCall call = KernelProgram.ARRAYS.call("cast", manager).tensor(array).tensor(like);
        return call.single();
    }

    /**
     * Makes an array of a floating type, which may be bfloat16, unlike by the managers' own
     * methods. Its elements are undefined.
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
        return KernelProgram.ARRAYS
                .call("empty", manager)
                .made(scope -> scope.create(shape.getShape()))
                .made(scope -> scope.create(number))
                .single();
    }

    /**
     * Sets elements of an array, in its type, from a position on in row-major order; returns false
     * if an element is too large for the type and has become infinite.
     */
    public static boolean put(NDArray target, NDArray part, long first) {
        try (NDManager scope = target.getManager().newSubManager()) {
            return KernelProgram.ARRAYS
                    .call("put", scope)
                    .tensor(target)
                    .tensor(part)
                    .tensor(scope.create(first))
                    .single()
                    .getBoolean();
        }
    }

    /**
     * Multiplies an array by a number.
     *
     * <p>{@link NDArray#mul(Number)} is wrong where gradients flow: it gives the engine the number
     * in memory of the caller's, which the garbage collector may take before the gradient is
     * computed with it.
     */
    public static NDArray times(NDArray array, double factor, NDManager manager) {
        return KernelProgram.ARRAYS
                .call("times", manager)
                .tensor(array)
                .made(scope -> scope.create(factor))
                .single();
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
                ones.apply(transform.factor()),
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
     * Tells whether gradients flow to any of the arrays: to parameters that train, and to what is
     * computed from them. {@link NDArray#hasGradient} knows of no others than those that somebody
     * has asked for gradients.
     */
    public static boolean needGradients(List<NDArray> arrays, NDManager scope) {
        return KernelProgram.ARRAYS
                .call("need_gradients", scope)
                .tensors(arrays)
                .single()
                .getBoolean();
    }

    /**
     * Computes gradients of an array, which no other thread has now, as the engine's collector
     * does, and leaves what the backward pass has gone through, so that others may follow it
     * through the same.
     */
    public static void backward(NDArray target) {
        try (NDManager scope = target.getManager().newSubManager()) {
            KernelProgram.ARRAYS.call("backward", scope).tensor(target).unshared().run();
        }
    }

    /**
     * Returns a number that grows with every change of arrays in place, as optimizers make them.
     */
    public static long versions(List<NDArray> arrays, NDManager scope) {
        return KernelProgram.ARRAYS.call("versions", scope).tensors(arrays).single().getLong();
    }

    /** Copies arrays, without gradients, in the same order. */
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

    /** Tells whether an array of any floating type has neither infinite nor undefined entries. */
    public static boolean isFinite(NDArray array, NDManager scope) {
        NDArray all = KernelProgram.ARRAYS.call("is_finite", scope).tensor(array).single();
        return all.getBoolean();
    }

    /**
     * Counts the infinite and undefined entries of an array, and the rows along the first axis that
     * have such.
     */
    public static long[] countNotFinite(NDArray array, NDManager scope) {
        NDArray counts =
                KernelProgram.ARRAYS.call("count_not_finite", scope).tensor(array).single();
        return counts.toLongArray();
    }
}
