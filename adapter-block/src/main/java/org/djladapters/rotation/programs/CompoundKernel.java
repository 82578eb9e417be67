/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.djladapters.rotation.BlockRotation;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.OrthogonalMap;
import org.djladapters.rotation.WeightTransform;

/**
 * Builds compound rotations on the native engine, on whatever device the parameters are on.
 *
 * <p>Building the rotations of L layers of one form costs L &middot; chain &middot; blocks solves
 * of size n and, for every order k from 2 on, k products of gathered matrices with binomial(n,
 * k)&sup2; entries, batched over all layers. Gradients flow through.
 */
public final class CompoundKernel {

    private CompoundKernel() {}

    /**
     * Builds the transforms of layers of one form in one native call.
     *
     * @param parameters the parameters of every layer, as for {@link #rotations}, of floating type
     * @param scales a scale of shape (features, 1) or (features) for every layer, null for none
     * @param manager the owner of the rotations and of the flattened scales; the gathers stay with
     *     the plan
     */
    public static List<WeightTransform> transforms(
            CompoundPlan plan, List<NDArray> parameters, List<NDArray> scales, NDManager manager) {
        List<BlockRotation> rotations = rotations(plan, parameters, manager);
        List<WeightTransform> transforms = new ArrayList<>();
        for (int i = 0; i < rotations.size(); i++) {
            NDArray scale = flat(scales.get(i), manager);
            transforms.add(WeightTransform.IDENTITY.withOutput(rotations.get(i)).withScale(scale));
        }
        return transforms;
    }

    /**
     * Builds the rotations of layers of one form in one native call.
     *
     * @param parameters the parameters of every layer, each of shape {@link
     *     CompoundForm#parameterShape()}; where the form has gains, those of every layer after
     *     them, each of shape {@link CompoundForm#gainShape()}
     * @param manager the owner of the rotations; the gathers stay with the plan
     */
    public static List<BlockRotation> rotations(
            CompoundPlan plan, List<NDArray> parameters, NDManager manager) {
        return KernelProgram.COMPOUND
                .call("rotations", manager)
                .tensors(parameters)
                .tensors(plan.arrays())
                .tensor(plan.options())
                .run()
                .stream()
                .map(blocks -> new BlockRotation(blocks, plan.index(), plan.form().parts()))
                .toList();
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
     * Applies the output part of a transform to activations y of shape (..., features): y' = (y C)
     * &#8857; s, of the shape and type of y, with its manager.
     */
    public static NDArray rotate(NDArray activations, WeightTransform transform) {
        NDManager manager = activations.getManager();
        BlockRotation rotation = transform.output();
        try (NDManager scope = manager.newSubManager()) {
            return KernelProgram.COMPOUND
                    .call("rotate", manager)
                    .tensor(activations)
                    .tensor(rotation.blocks())
                    .tensor(KernelProgram.orEmpty(rotation.index(), scope))
                    .tensor(KernelProgram.orEmpty(transform.scale(), scope))
                    .single();
        }
    }

    /**
     * Builds the whole matrix C of a form, of shape (features, features) and the type of the
     * parameters, with the identity where blocks are padded and beyond them. Layers are rotated
     * block by block instead; this is for looking at one.
     */
    public static NDArray matrix(CompoundForm form, NDArray parameters, NDManager manager) {
        int features = form.layout().features();
        try (NDManager scope = manager.newSubManager();
                CompoundPlan plan = new CompoundPlan(form, scope)) {
            List<NDArray> unscaled = Collections.singletonList(null);
            WeightTransform transform =
                    transforms(plan, List.of(parameters), unscaled, scope).get(0);
            NDArray identity = scope.eye(features, features, 0, parameters.getDataType());
            NDArray matrix = rotate(identity, transform);
            matrix.attach(manager);
            return matrix;
        }
    }

    /**
     * Builds the compound matrix C<sub>k</sub>(A): the determinants of the k-rowed square parts of
     * A, rows and columns in lexicographic order.
     *
     * @param matrix A of shape (n, n), not orthogonal in general
     * @throws IllegalArgumentException if A is not square or has no compound of this order
     */
    public static NDArray compound(NDArray matrix, int order, NDManager manager) {
        Shape shape = matrix.getShape();
        if (shape.dimension() != 2 || shape.get(0) != shape.get(1)) {
            throw new IllegalArgumentException(
                    "Only square matrices have compound matrices, not an array of shape %s"
                            .formatted(shape));
        }
        int n = Math.toIntExact(shape.get(0));
        if (order < 1 || order > n) {
            throw new IllegalArgumentException(
                    "A matrix of %d rows has compound matrices of orders 1 to %d, not %d"
                            .formatted(n, n, order));
        }
        int rows = Math.toIntExact(CompoundLayout.binomial(n, order));
        CompoundLayout layout = new CompoundLayout(rows, List.of(order), 1, rows, n);
        CompoundForm form =
                new CompoundForm(
                        layout,
                        OrthogonalMap.MATRIX,
                        1,
                        EntryRule.DETERMINANT,
                        false,
                        1,
                        false,
                        false);
        try (NDManager scope = manager.newSubManager()) {
            NDArray parameters = matrix.reshape(form.parameterShape());
            parameters.attach(scope);
            return matrix(form, parameters, manager);
        }
    }
}
