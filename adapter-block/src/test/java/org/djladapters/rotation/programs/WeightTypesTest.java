/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.djladapters.rotation.programs.Rotations.FLOAT;
import static org.djladapters.rotation.programs.Rotations.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import java.util.List;
import java.util.Map;
import org.djladapters.kernel.NativeKernel;
import org.djladapters.rotation.BlockRotation;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.OrthogonalMap;
import org.djladapters.rotation.WeightTransform;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Weights of every type and kind: W' on the weight is the rotation of the activations. */
class WeightTypesTest {

    /** One rounding to float16: half a unit of its 11 bits, with the float32 rounding beneath. */
    private static final double HALF = Math.pow(2, -11) + FLOAT;

    /** One rounding to bfloat16: half a unit of its 8 bits, with the float32 rounding beneath. */
    private static final double BRAIN = Math.pow(2, -8) + FLOAT;

    private static final CompoundForm FORM =
            new CompoundForm(
                    CompoundLayout.ofBlocks(31, 2, List.of(1, 2)),
                    OrthogonalMap.CAYLEY,
                    5,
                    EntryRule.DETERMINANT,
                    false,
                    2,
                    false,
                    true);

    private static final int FEATURES = 31;

    private NDManager manager;
    private WeightTransform transform;
    private NDArray weight;

    @BeforeEach
    void makeTransform() {
        manager = NDManager.newBaseManager("PyTorch");
        manager.getEngine().setRandomSeed(1);
        NDArray parameters = manager.create(Rotations.parameters(FORM, 1), FORM.parameterShape());
        NDArray scale = Rotations.normal(manager, 2, new Shape(FEATURES, 1));
        transform =
                Rotations.transform(
                        new CompoundPlan(FORM, manager),
                        parameters.toType(DataType.FLOAT32, true),
                        scale.toType(DataType.FLOAT32, true));
        weight =
                Rotations.normal(manager, 3, new Shape(FEATURES, 12))
                        .toType(DataType.FLOAT32, true);
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    private NDArray adapted(NDArray weight, boolean transposed) {
        return TransformKernel.transform(weight, transform, transposed, manager);
    }

    @Test
    void rotatesTheOutputsOfALinearLayer() {
        NDArray x = manager.randomNormal(new Shape(5, 12));

        assertClose(
                "y",
                x.matMul(adapted(weight, false).transpose()),
                CompoundKernel.rotate(x.matMul(weight.transpose()), transform),
                FLOAT);
    }

    @Test
    void rotatesTheLastAxisOfATransposedWeight() {
        NDArray stored = weight.transpose();

        NDArray adapted = adapted(stored, true);

        assertThat(adapted.getShape()).isEqualTo(new Shape(12, FEATURES));
        assertClose("W'", adapted.transpose(), adapted(weight, false), FLOAT);
    }

    @Test
    void rotatesTheOutputChannelsOfAConvolution() {
        NDArray kernel = weight.reshape(FEATURES, 3, 2, 2);
        NDArray x = manager.randomNormal(new Shape(2, 3, 5, 6));
        NDArray plain = Conv2d.conv2d(x, kernel).singletonOrThrow();

        NDArray y = Conv2d.conv2d(x, adapted(kernel, false)).singletonOrThrow();

        NDArray rotated = CompoundKernel.rotate(plain.transpose(0, 2, 3, 1), transform);
        assertClose("y", y, rotated.transpose(0, 3, 1, 2), FLOAT);
    }

    @Test
    void mixesWeightsOfDifferentShapesInOneCall() {
        NDArray kernel = weight.reshape(FEATURES, 3, 2, 2);
        NDArray stored = weight.transpose();

        List<NDArray> together =
                TransformKernel.transform(
                                List.of(
                                        new TransformKernel.Layer(weight, null, false, transform),
                                        new TransformKernel.Layer(stored, null, true, transform),
                                        new TransformKernel.Layer(kernel, null, false, transform)),
                                manager)
                        .stream()
                        .map(TransformKernel.Result::weight)
                        .toList();

        assertThat(together)
                .containsExactly(
                        adapted(weight, false), adapted(stored, true), adapted(kernel, false));
    }

    @Test
    void doubleWeightsAreComputedInDouble() {
        NDArray wide = Rotations.normal(manager, 3, new Shape(FEATURES, 12));
        WeightTransform widened =
                WeightTransform.IDENTITY
                        .withOutput(
                                new BlockRotation(
                                        transform.output().blocks().toType(DataType.FLOAT64, true),
                                        transform.output().index()))
                        .withScale(transform.scale().toType(DataType.FLOAT64, true));

        NDArray adapted = adapted(wide, false);

        assertThat(adapted.getDataType()).isEqualTo(DataType.FLOAT64);
        NDArray rotated = CompoundKernel.rotate(wide.transpose(), widened).transpose();
        assertClose("W'", adapted, rotated, Rotations.DOUBLE);
    }

    @Test
    void halfWeightsAreComputedInSinglePrecisionAndRoundedOnce() {
        NDArray half = weight.toType(DataType.FLOAT16, true);

        NDArray adapted = adapted(half, false);

        assertThat(adapted.getDataType()).isEqualTo(DataType.FLOAT16);
        NDArray exact = adapted(half.toType(DataType.FLOAT32, true), false);
        assertThat(adapted).isEqualTo(exact.toType(DataType.FLOAT16, true));
        assertClose("W'", adapted, exact, HALF);
    }

    @Test
    void brainFloatWeightsAreComputedInSinglePrecisionAndRoundedOnce() {
        String source =
                """
                class Cast(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool

                  def forward(self, x: Tensor) -> Tensor:
                    return x.to(15)

                  def single(self, x: Tensor) -> Tensor:
                    return x.to(6)
                """;
        try (NativeKernel cast = NativeKernel.compile("Cast", source, Map.of())) {
            NDArray brain = call(cast, "forward", weight);

            NDArray adapted = call(cast, "single", adapted(brain, false));

            NDArray exact = adapted(call(cast, "single", brain), false);
            assertThat(adapted).isEqualTo(call(cast, "single", call(cast, "forward", exact)));
            assertClose("W'", adapted, exact, BRAIN);
        }
    }

    private NDArray call(NativeKernel kernel, String method, NDArray x) {
        return kernel.call(method, manager).tensor(x).run().singletonOrThrow();
    }

    @Test
    void inputsAreNotModified() {
        NDArray before = weight.duplicate();
        NDArray rotationBefore = transform.output().blocks().duplicate();

        adapted(weight, false);

        assertThat(weight).isEqualTo(before);
        assertThat(transform.output().blocks()).isEqualTo(rotationBefore);
    }
}
