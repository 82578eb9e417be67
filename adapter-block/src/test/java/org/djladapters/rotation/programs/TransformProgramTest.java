/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.djladapters.rotation.programs.Rotations.FLOAT;
import static org.djladapters.rotation.programs.Rotations.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.djladapters.ManagerFixture;
import org.djladapters.kernel.NativeCall;
import org.djladapters.kernel.NativeKernel;
import org.djladapters.rotation.BlockRotation;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.LowRank;
import org.djladapters.rotation.OrthogonalMap;
import org.djladapters.rotation.WeightTransform;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The functions that stand in the layers of adapted models, called as those call them. */
class TransformProgramTest extends ManagerFixture {

    /** Empty tensors stand for None; convolution's options are [stride, padding, dilation]. */
    private static final String SOURCE =
            """
              def optional(self, value: Tensor) -> Optional[Tensor]:
                if value.numel() == 0:
                  return None
                return value

              def linear(self, x: Tensor, w: Tensor, b: Tensor, t: List[Tensor]) -> Tensor:
                return @linear(x, w, self.optional(b), @read(t, 0, w), None, None)

              def aten_linear(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                return torch.linear(x, w, self.optional(b))

              def addmm(self, x: Tensor, w: Tensor, b: Tensor, t: List[Tensor]) -> Tensor:
                return @addmm(b, x, w, @read(t, 0, w), None, None)

              def aten_addmm(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                return torch.addmm(b, x, w)

              def matmul(self, x: Tensor, w: Tensor, b: Tensor, t: List[Tensor]) -> Tensor:
                return @matmul(x, w, @read(t, 0, w), None, None)

              def aten_matmul(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                return torch.matmul(x, w)

              def embedding(self, x: Tensor, w: Tensor, b: Tensor, t: List[Tensor]) -> Tensor:
                return @embedding(w, x, 0, False, False, @read(t, 0, w))

              def aten_embedding(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                return torch.embedding(w, x, 0, False, False)

              def convolution(self, x: Tensor, w: Tensor, b: Tensor, t: List[Tensor], options: Tensor) -> Tensor:
                o = [int(options[0]), int(options[1]), int(options[2])]
                return @convolution(x, w, self.optional(b), [o[0], o[0]], [o[1], o[1]], [o[2], o[2]], False, [0, 0], 1, False, False, True, True, @read(t, 0, w))

              def aten_convolution(self, x: Tensor, w: Tensor, b: Tensor, options: Tensor) -> Tensor:
                o = [int(options[0]), int(options[1]), int(options[2])]
                return torch._convolution(x, w, self.optional(b), [o[0], o[0]], [o[1], o[1]], [o[2], o[2]], False, [0, 0], 1, False, False, True, True)
            """
                    .replace("@", TransformProgram.PREFIX);

    private static final int FEATURES = 30;
    private static final int RANK = 3;

    private static NativeKernel layers;

    @BeforeAll
    static void compile() {
        layers = Rotations.layers(SOURCE, TransformProgram.code());
    }

    @AfterAll
    static void release() {
        layers.close();
    }

    /** The parts of a transform. */
    private enum Part {
        INPUT,
        DENSE,
        LOW_RANK,
        OUTPUT,
        SCALE,
        MAGNITUDE,
        SHIFT,
        FACTOR,
        TURN
    }

    /** Every part alone, and all together. */
    static List<Set<Part>> parts() {
        List<Set<Part>> parts = new ArrayList<>();
        for (Part part : Part.values()) {
            parts.add(EnumSet.of(part));
        }
        parts.add(EnumSet.allOf(Part.class));
        return parts;
    }

    private WeightTransform transform(Set<Part> parts, int inputs) {
        WeightTransform t = WeightTransform.IDENTITY;
        if (parts.contains(Part.INPUT)) {
            t = t.withInput(rotation(inputs, 2));
        }
        if (parts.contains(Part.DENSE)) {
            t = t.withDense(manager.randomNormal(new Shape(FEATURES, inputs)));
        }
        if (parts.contains(Part.LOW_RANK)) {
            NDArray down = manager.randomNormal(new Shape(RANK, inputs));
            NDArray up = manager.randomNormal(new Shape(FEATURES, RANK));
            t = t.withLowRank(new LowRank(down, up, null));
        }
        if (parts.contains(Part.OUTPUT)) {
            t = t.withOutput(rotation(FEATURES, 4));
        }
        if (parts.contains(Part.SCALE)) {
            t = t.withScale(manager.randomNormal(new Shape(FEATURES)));
        }
        if (parts.contains(Part.MAGNITUDE)) {
            t = t.withMagnitude(manager.randomNormal(new Shape(FEATURES)));
        }
        if (parts.contains(Part.SHIFT)) {
            t = t.withShift(manager.randomNormal(new Shape(FEATURES)));
        }
        if (parts.contains(Part.FACTOR)) {
            t = t.withFactor(manager.randomNormal(new Shape(FEATURES)));
        }
        if (parts.contains(Part.TURN)) {
            t = t.withTurn(manager.randomNormal(new Shape(FEATURES / 6, 2, 3)));
        }
        return t;
    }

    /** Blocks that leave a rest of both the inputs and the outputs alone. */
    private BlockRotation rotation(int features, int blocks) {
        CompoundForm form =
                new CompoundForm(
                        CompoundLayout.ofBlocks(features, blocks, List.of(1)),
                        OrthogonalMap.CAYLEY,
                        5,
                        EntryRule.DETERMINANT,
                        false,
                        2,
                        false,
                        true);
        NDArray parameters = manager.create(Rotations.parameters(form, 1), form.parameterShape());
        CompoundPlan plan = new CompoundPlan(form, manager);
        return Rotations.transform(plan, parameters.toType(DataType.FLOAT32, true), null).output();
    }

    private NDArray bias(boolean biased) {
        return biased ? manager.randomNormal(new Shape(FEATURES)) : manager.create(new Shape(0));
    }

    private NDArray run(NativeCall call, NDArray... more) {
        for (NDArray argument : more) {
            call.tensor(argument);
        }
        return call.run().singletonOrThrow();
    }

    private NDArray socket(
            String method,
            WeightTransform t,
            NDArray x,
            NDArray weight,
            NDArray bias,
            NDArray... more) {
        NDArray none = manager.create(new Shape(0));
        NativeCall call = layers.call(method, manager).tensor(x).tensor(weight).tensor(bias);
        return run(call.tensors(t.parts(none)), more);
    }

    private NDArray operator(
            String method, NDArray x, NDArray weight, NDArray bias, NDArray... more) {
        NativeCall call = layers.call("aten_" + method, manager).tensor(x);
        return run(call.tensor(weight).tensor(bias), more);
    }

    /** An empty socket is the operator; a plugged one is the operator with W' and b'. */
    private void check(
            String method,
            Set<Part> parts,
            NDArray x,
            NDArray weight,
            NDArray bias,
            boolean transposed,
            NDArray... more) {
        assertThat(socket(method, WeightTransform.IDENTITY, x, weight, bias, more))
                .isEqualTo(operator(method, x, weight, bias, more));
        int inputs = (int) (weight.size() / FEATURES);
        WeightTransform t = transform(parts, inputs);
        NDArray own = bias.size() == 0 ? null : bias;
        TransformKernel.Result adapted =
                TransformKernel.transform(
                                List.of(new TransformKernel.Layer(weight, own, transposed, t)),
                                manager)
                        .get(0);
        NDArray b = own == null ? bias : adapted.bias();
        assertClose(
                "y",
                socket(method, t, x, weight, bias, more),
                operator(method, x, adapted.weight(), b, more),
                FLOAT);
    }

    @ParameterizedTest
    @MethodSource("parts")
    void linear(Set<Part> parts) {
        NDArray x = manager.randomNormal(new Shape(2, 3, 7));
        NDArray weight = manager.randomNormal(new Shape(FEATURES, 7));
        check("linear", parts, x, weight, bias(true), false);
    }

    @ParameterizedTest
    @MethodSource("parts")
    void linearWithoutBias(Set<Part> parts) {
        NDArray x = manager.randomNormal(new Shape(2, 3, 7));
        NDArray weight = manager.randomNormal(new Shape(FEATURES, 7));
        check("linear", without(parts, Part.SHIFT), x, weight, bias(false), false);
    }

    private static Set<Part> without(Set<Part> parts, Part... excluded) {
        Set<Part> rest = EnumSet.copyOf(parts);
        rest.removeAll(List.of(excluded));
        return rest;
    }

    @ParameterizedTest
    @MethodSource("parts")
    void addmm(Set<Part> parts) {
        NDArray x = manager.randomNormal(new Shape(6, 7));
        NDArray weight = manager.randomNormal(new Shape(7, FEATURES));
        check("addmm", parts, x, weight, bias(true), true);
    }

    @ParameterizedTest
    @MethodSource("parts")
    void matmul(Set<Part> parts) {
        NDArray x = manager.randomNormal(new Shape(2, 6, 7));
        NDArray weight = manager.randomNormal(new Shape(7, FEATURES));
        check("matmul", without(parts, Part.SHIFT), x, weight, bias(false), true);
    }

    @ParameterizedTest
    @MethodSource("parts")
    void embedding(Set<Part> parts) {
        NDArray ids = manager.create(new long[] {3, 0, 6, 6, 1, 2}, new Shape(2, 3));
        NDArray weight = manager.randomNormal(new Shape(7, FEATURES));
        Set<Part> served = without(parts, Part.SHIFT, Part.INPUT);
        check("embedding", served, ids, weight, bias(false), true);
    }

    @ParameterizedTest
    @MethodSource("parts")
    void convolutionOfOnePixel(Set<Part> parts) {
        convolution(parts, 1, 1, 0, 1, true);
    }

    @ParameterizedTest(name = "kernel {0}, stride {1}, padding {2}, dilation {3}, bias {4}")
    @CsvSource({"3, 1, 1, 1, false", "3, 2, 1, 1, true", "4, 4, 0, 1, true", "3, 1, 2, 2, false"})
    void convolutionOfManyPixels(
            int kernel, int stride, int padding, int dilation, boolean biased) {
        for (Set<Part> parts : parts()) {
            convolution(without(parts, Part.INPUT), kernel, stride, padding, dilation, biased);
        }
    }

    private void convolution(
            Set<Part> parts, int kernel, int stride, int padding, int dilation, boolean biased) {
        NDArray x = manager.randomNormal(new Shape(2, 4, 8, 9));
        NDArray weight = manager.randomNormal(new Shape(FEATURES, 4, kernel, kernel));
        NDArray options = manager.create(new long[] {stride, padding, dilation});
        Set<Part> served = biased ? parts : without(parts, Part.SHIFT);
        check("convolution", served, x, weight, bias(biased), false, options);
    }

    @Test
    void dropoutLeavesOutInputsOfTheLowRankSumOnly() {
        NDArray x = manager.ones(new Shape(400, 7));
        NDArray weight = manager.randomNormal(new Shape(FEATURES, 7));
        NDArray down = manager.ones(new Shape(1, 7)).div(7);
        NDArray up = manager.ones(new Shape(FEATURES, 1));
        LowRank dropped = new LowRank(down, up, manager.create(new float[] {0.5f}));
        WeightTransform t = WeightTransform.IDENTITY.withLowRank(dropped);

        NDArray y = socket("linear", t, x, weight, bias(false));

        NDArray sums = y.sub(x.matMul(weight.transpose())).get(":, 0");
        // a mean of 2800 draws of 0 or 2: its standard deviation is 0.02
        assertThat(sums.mean().getFloat()).isBetween(0.9f, 1.1f);
        assertThat(sums.max().getFloat()).isGreaterThan(1.1f);
        assertThat(sums.min().getFloat()).isLessThan(0.9f);
    }
}
