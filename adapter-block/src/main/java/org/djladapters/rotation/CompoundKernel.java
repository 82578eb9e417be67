/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.djladapters.archive.NativeKernel;

/**
 * Builds compound rotations and applies them, on the native engine and on whatever device the
 * parameters are on.
 *
 * <p>The program is TorchScript source ({@code kernel.py} beside this class), loaded once a
 * process. Building the rotations of L layers of one form costs L &middot; chain &middot; blocks
 * solves of size n and, for every order k from 2 on, k products of gathered matrices with
 * binomial(n, k)&sup2; entries, batched over all layers. Gradients flow through every method.
 */
public final class CompoundKernel {

    private CompoundKernel() {}

    /**
     * Builds the transforms of layers of one form in one native call.
     *
     * @param plan the form and its index arrays
     * @param parameters the parameters of every layer, each of shape {@link
     *     CompoundForm#parameterShape()}, of floating type
     * @param scales a scale of shape (features, 1) or (features) for every layer, null for none
     * @param manager the owner of the rotations and of the flattened scales; the gathers stay with
     *     the plan
     * @return the transform of every layer
     */
    public static List<WeightTransform> transforms(
            CompoundPlan plan, List<NDArray> parameters, List<NDArray> scales, NDManager manager) {
        NDList rotations =
                Program.KERNEL
                        .call("forward", manager)
                        .tensors(parameters)
                        .tensors(plan.arrays())
                        .tensor(plan.options())
                        .run();
        List<WeightTransform> transforms = new ArrayList<>();
        for (int i = 0; i < rotations.size(); i++) {
            NDArray scale = flat(scales.get(i), manager);
            transforms.add(new WeightTransform(rotations.get(i), plan.index(), scale));
        }
        return transforms;
    }

    private static NDArray flat(NDArray scale, NDManager manager) {
        if (scale == null) {
            return null;
        }
        NDArray flat = scale.reshape(-1);
        // else it would stay with the parameter as long as that lives
        flat.attach(manager);
        return flat;
    }

    /**
     * Applies a transform to activations: y' = (y C) &#8857; s.
     *
     * @param activations y of shape (..., features)
     * @param transform the transform
     * @return y', of the shape and type of y, with the manager of y
     */
    public static NDArray rotate(NDArray activations, WeightTransform transform) {
        NDManager manager = activations.getManager();
        try (NDManager scope = manager.newSubManager()) {
            return Program.KERNEL
                    .call("rotated", manager)
                    .tensor(activations)
                    .tensor(transform.rotation())
                    .tensor(orEmpty(transform.index(), scope))
                    .tensor(orEmpty(transform.scale(), scope))
                    .run()
                    .singletonOrThrow();
        }
    }

    /**
     * Applies transforms to weights in one native call: W' = diag(s) C<sup>T</sup> W, computed in
     * float32 (float64 for float64 weights) and cast to the type of W at the end.
     *
     * @param weights weights of shape (features, ...), or (in, features) where transposed
     * @param transforms a transform for every weight
     * @param transposed whether the weight at a position is stored as (in, features)
     * @param manager the owner of the results
     * @return W' for every weight
     */
    public static NDList transform(
            List<NDArray> weights,
            List<WeightTransform> transforms,
            List<Boolean> transposed,
            NDManager manager) {
        try (NDManager scope = manager.newSubManager()) {
            NDList rotations = new NDList();
            NDList indices = new NDList();
            NDList scales = new NDList();
            boolean[] flags = new boolean[weights.size()];
            for (int i = 0; i < weights.size(); i++) {
                WeightTransform transform = transforms.get(i);
                rotations.add(transform.rotation());
                indices.add(orEmpty(transform.index(), scope));
                scales.add(orEmpty(transform.scale(), scope));
                flags[i] = transposed.get(i);
            }
            return Program.KERNEL
                    .call("transformed", manager)
                    .tensors(weights)
                    .tensors(rotations)
                    .tensors(indices)
                    .tensors(scales)
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
        return Program.KERNEL
                .call("cast", manager)
                .tensor(array)
                .tensor(like)
                .run()
                .singletonOrThrow();
    }

    /**
     * Counts the changes that were made to arrays in place, as optimizers make them.
     *
     * @param arrays the arrays, at least one
     * @param scope a manager for the intermediate result
     * @return a number that grows with every change
     */
    public static long versions(List<NDArray> arrays, NDManager scope) {
        return Program.KERNEL
                .call("versions", scope)
                .tensors(arrays)
                .run()
                .singletonOrThrow()
                .getLong();
    }

    /**
     * Tells whether an array of any floating type has neither infinite nor undefined entries.
     *
     * @param array the array
     * @param scope a manager for the intermediate result
     * @return true if all entries are finite
     */
    public static boolean isFinite(NDArray array, NDManager scope) {
        NDArray all = Program.KERNEL.call("finite", scope).tensor(array).run().singletonOrThrow();
        return all.getBoolean();
    }

    /** Loaded on first use. */
    private static final class Program {

        static final NativeKernel KERNEL =
                NativeKernel.compile(
                        "RotationKernel",
                        NativeKernel.source(CompoundKernel.class, "kernel.py"),
                        Map.of(TransformProgram.ENTRY, TransformProgram.source()));
    }

    private static NDArray orEmpty(NDArray array, NDManager manager) {
        return array == null ? manager.create(new Shape(0)) : array;
    }
}
