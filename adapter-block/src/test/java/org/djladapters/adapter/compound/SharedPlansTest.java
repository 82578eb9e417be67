/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.rotation.programs.CompoundPlan;
import org.junit.jupiter.api.Test;

/** Index arrays of equal forms are in memory once a model. */
class SharedPlansTest {

    private static CompoundForm form(int blocks) {
        return CompoundForm.of(new CompoundLayout(8, List.of(1), blocks, 8 / blocks, 8 / blocks));
    }

    @Test
    void equalFormsOfAModelShareThemWhileOneIsUsed() {
        try (NDManager model = NDManager.newBaseManager()) {
            CompoundPlan first = SharedPlans.lease(form(2), model.newSubManager());
            CompoundPlan second = SharedPlans.lease(form(2), model.newSubManager());
            CompoundPlan other = SharedPlans.lease(form(1), model.newSubManager());
            assertThat(second).isSameAs(first).isNotSameAs(other);

            SharedPlans.release(first);
            assertThat(second.isOpen()).isTrue();

            SharedPlans.release(second);
            assertThat(first.isOpen()).isFalse();
            assertThat(other.isOpen()).isTrue();
            assertThat(SharedPlans.lease(form(2), model)).isNotSameAs(first);
        }
    }

    @Test
    void theyOutliveTheAdapterThatCameFirstAndEndWithTheModel() {
        CompoundPlan first;
        try (NDManager model = NDManager.newBaseManager();
                NDManager another = NDManager.newBaseManager()) {
            try (NDManager adapter = model.newSubManager()) {
                first = SharedPlans.lease(form(2), adapter);
            }
            assertThat(first.isOpen()).isTrue();
            assertThat(SharedPlans.lease(form(2), another)).isNotSameAs(first);
        }
        assertThat(first.isOpen()).isFalse();
    }

    @Test
    void parametersThatWereDetachedHaveThemToo() {
        try (NDManager model = NDManager.newBaseManager();
                NDArray parameter = model.ones(new Shape(1))) {
            parameter.detach();
            CompoundPlan plan = SharedPlans.lease(form(2), parameter.getManager());
            assertThat(plan.isOpen()).isTrue();

            SharedPlans.release(plan);
            assertThat(plan.isOpen()).isFalse();
        }
    }
}
