/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.djladapters.rotation.programs.Rotations.DOUBLE;
import static org.djladapters.rotation.programs.Rotations.FLOAT;
import static org.djladapters.rotation.programs.Rotations.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.rotation.WeightTransform;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every form against a dense matrix made by its definition. */
class CompoundChainTest {

    static List<CompoundForm> everyForm() {
        return Rotations.everyForm();
    }

    @ParameterizedTest
    @MethodSource("everyForm")
    void rotatesActivationsAndWeightsByTheDenseMatrix(CompoundForm form) {
        double[] numbers = Rotations.parameters(form, 11);
        int d = form.layout().features();
        DMatrixRMaj reference = ReferenceRotation.dense(form, numbers);
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                CompoundPlan plan = new CompoundPlan(form, manager)) {
            NDArray scale = Rotations.normal(manager, 1, new Shape(d, 1));
            WeightTransform transform =
                    Rotations.transform(
                            plan, manager.create(numbers, form.parameterShape()), scale);
            NDArray c = Rotations.array(manager, reference);
            NDArray y = Rotations.normal(manager, 2, new Shape(2, 3, d));
            NDArray weight = Rotations.normal(manager, 3, new Shape(d, 5));

            NDArray rotated = CompoundKernel.rotate(y, transform);
            NDArray adapted = TransformKernel.transform(weight, transform, false, manager);

            assertClose("y", rotated, y.matMul(c).mul(scale.reshape(d)), DOUBLE);
            assertClose("W'", adapted, c.transpose().matMul(weight).mul(scale), DOUBLE);
        }
    }

    @Test
    void layersOfOneFormAreBuiltTogether() {
        CompoundForm form = CompoundForm.of(CompoundLayout.ofBlocks(15, 2, List.of(1, 2)));
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                CompoundPlan plan = new CompoundPlan(form, manager)) {
            NDArray first = Rotations.normal(manager, 1, form.parameterShape());
            NDArray second = Rotations.normal(manager, 2, form.parameterShape());
            NDArray scale = manager.ones(new Shape(15), DataType.FLOAT64);

            List<WeightTransform> together =
                    CompoundKernel.transforms(
                            plan, List.of(first, second), Arrays.asList(null, scale), manager);

            assertClose(
                    "first",
                    together.get(0).output().blocks(),
                    Rotations.transform(plan, first, null).output().blocks(),
                    DOUBLE);
            assertClose(
                    "second",
                    together.get(1).output().blocks(),
                    Rotations.transform(plan, second, scale).output().blocks(),
                    DOUBLE);
        }
    }

    @Test
    void tellsFiniteArraysFromOthers() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            assertThat(isFinite(manager, 0, Float.MAX_VALUE)).isTrue();
            assertThat(isFinite(manager, 1, Float.NaN)).isFalse();
            assertThat(isFinite(manager, Float.NEGATIVE_INFINITY, 1)).isFalse();
        }
    }

    private static boolean isFinite(NDManager manager, float... numbers) {
        return TransformKernel.isFinite(manager.create(numbers), manager);
    }

    @Test
    void singlePrecisionDiffersByItsRoundingOnly() {
        CompoundForm form = CompoundForm.of(CompoundLayout.ofBlocks(100, 2, List.of(1, 2)));
        double[] numbers = Rotations.parameters(form, 4);
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                CompoundPlan plan = new CompoundPlan(form, manager)) {
            NDArray wide = manager.create(numbers, form.parameterShape());
            NDArray y = Rotations.normal(manager, 2, new Shape(7, 100));

            assertClose(
                    "y",
                    CompoundKernel.rotate(
                            y.toType(DataType.FLOAT32, true),
                            Rotations.transform(plan, wide.toType(DataType.FLOAT32, true), null)),
                    CompoundKernel.rotate(y, Rotations.transform(plan, wide, null)),
                    FLOAT);
        }
    }
}
