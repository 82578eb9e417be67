/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Collections;
import java.util.List;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CompoundKernel;
import org.djladapters.rotation.CompoundPlan;
import org.junit.jupiter.api.Test;

/** What is compared with is the same. */
class ReferenceKernelTest {

    /** Float64 rounding of some hundred products of size one. */
    private static final double TOLERANCE = 1e-12;

    @Test
    void determinantsOfMinorsAreTheRotationsThatAreBuilt() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                ReferenceKernel reference = new ReferenceKernel()) {
            Form form = Form.of("2x60/2/1-3");
            CompoundForm compound = CompoundForm.of(form.layout());
            long count = compound.parameterShape().size();
            List<NDArray> parameters =
                    List.of(
                            manager.linspace(-1, 1, (int) count)
                                    .toType(DataType.FLOAT64, true)
                                    .reshape(compound.parameterShape()),
                            manager.linspace(1, 2, (int) count)
                                    .toType(DataType.FLOAT64, true)
                                    .reshape(compound.parameterShape()));
            NDArray first = built(compound, parameters, manager);
            NDArray second =
                    reference
                            .rotations(
                                    ReferenceKernel.Plan.of(form.layout(), manager),
                                    parameters,
                                    manager)
                            .get(1);
            NDArray difference = first.squeeze(0).sub(second).abs().max();
            assertThat(difference.getDouble()).isCloseTo(0, within(TOLERANCE));
        }
    }

    private static NDArray built(CompoundForm form, List<NDArray> parameters, NDManager manager) {
        CompoundPlan plan = new CompoundPlan(form, manager);
        return CompoundKernel.transforms(plan, parameters, Collections.nCopies(2, null), manager)
                .get(1)
                .output()
                .blocks();
    }
}
