/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.djladapters.rotation.BlockRotation;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.rotation.WeightTransform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rotations whose products are computed part by part. */
class RotationByPartsTest {

    @ParameterizedTest
    @MethodSource("org.djladapters.rotation.programs.Rotations#everyForm")
    void rotatesAsTheWholeBlocks(CompoundForm form) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                CompoundPlan plan = new CompoundPlan(form, manager)) {
            NDArray parameters =
                    manager.create(Rotations.parameters(form, 1), form.parameterShape());
            BlockRotation whole =
                    CompoundKernel.rotations(plan, List.of(parameters), manager).get(0);
            if (!whole.isPlain()) {
                assertThat(form.strided() || (form.chain() > 1 && form.offsets())).isTrue();
                return;
            }
            NDArray y = Rotations.normal(manager, 2, new Shape(3, 4, form.layout().features()));
            NDArray before = y.duplicate();

            BlockRotation parts = TransformKernel.byParts(List.of(whole), manager).get(0);
            NDArray rotated = rotated(y, parts);

            assertThat(rotated.sub(rotated(y, whole)).abs().max().getDouble())
                    .isLessThan(Rotations.DOUBLE);
            assertThat(y.contentEquals(before)).isTrue();
        }
    }

    private static NDArray rotated(NDArray y, BlockRotation rotation) {
        return CompoundKernel.rotate(y, WeightTransform.IDENTITY.withOutput(rotation));
    }

    @Test
    void smallNeighboursAreOnePart() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            CompoundLayout layout = CompoundLayout.ofBlockSize(384, 92, List.of(1, 2, 3));
            NDArray blocks = manager.zeros(new Shape(1, 4, 92, 92));

            assertThat(layout.parts()).containsExactly(8, 28, 56);
            assertThat(new BlockRotation(blocks, null, layout.parts()).sizes())
                    .containsExactly(92, 36, 56);
            assertThat(new BlockRotation(blocks, null).sizes()).containsExactly(92, 92);
        }
    }
}
