/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.WeightTransform;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What untrained parameters give. Every number on the way is 0 or 1 (the solve with I, the
 * exponential of 0, sums and products of entries), so nothing is rounded and the identity is exact.
 */
class CompoundIdentityTest {

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT32", "FLOAT64"})
    void anUntrainedRotationIsTheIdentityBitForBit(DataType type) {
        for (CompoundForm form : Rotations.everyForm()) {
            if (form.startsAtIdentity()) {
                try (NDManager manager = NDManager.newBaseManager("PyTorch");
                        CompoundPlan plan = new CompoundPlan(form, manager)) {
                    int d = form.layout().features();
                    NDArray scale = manager.ones(new Shape(d, 1), type);
                    WeightTransform transform =
                            Rotations.transform(plan, start(form, manager, type), scale);
                    NDArray y = manager.randomNormal(new Shape(3, d), type);
                    NDArray weight = manager.randomNormal(new Shape(d, 4), type);

                    assertThat(CompoundKernel.rotate(y, transform)).as("%s", form).isEqualTo(y);
                    assertThat(TransformKernel.transform(weight, transform, false, manager))
                            .as("%s", form)
                            .isEqualTo(weight);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(EntryRule.class)
    void formsSayTruthfullyWhetherTheyStartAtTheIdentity(EntryRule rule) {
        for (CompoundForm form : Rotations.everyForm()) {
            if (form.rule() == rule) {
                try (NDManager manager = NDManager.newBaseManager("PyTorch");
                        CompoundPlan plan = new CompoundPlan(form, manager)) {
                    int d = form.layout().features();
                    NDArray identity = manager.eye(d);
                    NDArray c =
                            CompoundKernel.rotate(
                                    identity,
                                    Rotations.transform(
                                            plan, start(form, manager, DataType.FLOAT32), null));

                    assertThat(c.equals(identity))
                            .as("%s", form)
                            .isEqualTo(form.startsAtIdentity());
                }
            }
        }
    }

    private static NDArray start(CompoundForm form, NDManager manager, DataType type) {
        if (form.map().isSkew()) {
            return manager.zeros(form.parameterShape(), type);
        }
        Shape shape = form.parameterShape();
        int n = form.layout().size();
        return manager.eye(n, n, 0, type)
                .reshape(1, 1, n, n)
                .tile(new long[] {shape.get(0), shape.get(1), 1, 1});
    }
}
