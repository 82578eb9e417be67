/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.djladapters.rotation.Rotations.FLOAT;
import static org.djladapters.rotation.Rotations.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import org.djladapters.archive.NativeCall;
import org.djladapters.archive.NativeKernel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The functions that stand in the layers of adapted models, called as those call them. */
class TransformProgramTest {

    /** Empty tensors stand for None; convolution's options are [stride, padding, dilation]. */
    private static final String SOURCE =
            """
            class Layers(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool

              def forward(self, x: Tensor) -> Tensor:
                return x

              def linear(self, x: Tensor, w: Tensor, b: Tensor, r: Tensor, i: Tensor, s: Tensor) -> Tensor:
                return __torch__.djladapters.transform.linear(x, w, __torch__.djladapters.transform.optional(b), __torch__.djladapters.transform.optional(r), __torch__.djladapters.transform.optional(i), __torch__.djladapters.transform.optional(s))

              def aten_linear(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                return torch.linear(x, w, __torch__.djladapters.transform.optional(b))

              def addmm(self, x: Tensor, w: Tensor, b: Tensor, r: Tensor, i: Tensor, s: Tensor) -> Tensor:
                return __torch__.djladapters.transform.addmm(b, x, w, __torch__.djladapters.transform.optional(r), __torch__.djladapters.transform.optional(i), __torch__.djladapters.transform.optional(s))

              def aten_addmm(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                return torch.addmm(b, x, w)

              def convolution(self, x: Tensor, w: Tensor, b: Tensor, r: Tensor, i: Tensor, s: Tensor, options: Tensor) -> Tensor:
                o = [int(options[0]), int(options[1]), int(options[2])]
                return __torch__.djladapters.transform.convolution(x, w, __torch__.djladapters.transform.optional(b), [o[0], o[0]], [o[1], o[1]], [o[2], o[2]], False, [0, 0], 1, False, False, True, True, __torch__.djladapters.transform.optional(r), __torch__.djladapters.transform.optional(i), __torch__.djladapters.transform.optional(s))

              def aten_convolution(self, x: Tensor, w: Tensor, b: Tensor, options: Tensor) -> Tensor:
                o = [int(options[0]), int(options[1]), int(options[2])]
                return torch._convolution(x, w, __torch__.djladapters.transform.optional(b), [o[0], o[0]], [o[1], o[1]], [o[2], o[2]], False, [0, 0], 1, False, False, True, True)
            """;

    private static final int FEATURES = 31;

    private static NativeKernel layers;

    private NDManager manager;
    private WeightTransform none;
    private WeightTransform transform;

    @BeforeAll
    static void compile() {
        layers =
                NativeKernel.compile(
                        "Layers",
                        SOURCE,
                        Map.of(TransformProgram.ENTRY, TransformProgram.source()));
    }

    @AfterAll
    static void release() {
        layers.close();
    }

    @BeforeEach
    void makeTransforms() {
        manager = NDManager.newBaseManager("PyTorch");
        manager.getEngine().setRandomSeed(1);
        CompoundForm form =
                new CompoundForm(
                        CompoundLayout.ofBlocks(FEATURES, 3, List.of(1, 2)),
                        OrthogonalMap.CAYLEY,
                        5,
                        EntryRule.DETERMINANT,
                        false,
                        2,
                        false,
                        true);
        NDArray parameters = manager.create(Rotations.parameters(form, 1), form.parameterShape());
        transform =
                Rotations.transform(
                        new CompoundPlan(form, manager),
                        parameters.toType(DataType.FLOAT32, true),
                        manager.randomNormal(new Shape(FEATURES)));
        NDArray empty = manager.create(new Shape(0));
        none = new WeightTransform(empty, empty, empty);
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    private NDArray bias(boolean biased) {
        return biased ? manager.randomNormal(new Shape(FEATURES)) : manager.create(new Shape(0));
    }

    private NDArray adapted(NDArray weight, boolean transposed) {
        return CompoundKernel.transform(
                        List.of(weight), List.of(transform), List.of(transposed), manager)
                .singletonOrThrow();
    }

    private NDArray call(String method, NDArray... arguments) {
        NativeCall call = layers.call(method, manager);
        for (NDArray argument : arguments) {
            call.tensor(argument);
        }
        return call.run().singletonOrThrow();
    }

    private NDArray call(
            String method, WeightTransform t, NDArray x, NDArray weight, NDArray bias) {
        return call(method, x, weight, bias, t.rotation(), t.index(), t.scale());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void linearRotatesWhatTheOperatorGives(boolean biased) {
        NDArray x = manager.randomNormal(new Shape(2, 3, 7));
        NDArray weight = manager.randomNormal(new Shape(FEATURES, 7));
        NDArray bias = bias(biased);

        assertThat(call("linear", none, x, weight, bias))
                .isEqualTo(call("aten_linear", x, weight, bias));
        assertClose(
                "y",
                call("linear", transform, x, weight, bias),
                call("aten_linear", x, adapted(weight, false), bias),
                FLOAT);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6})
    void addmmRotatesWhatTheOperatorGives(int rows) {
        NDArray x = manager.randomNormal(new Shape(rows, 7));
        NDArray weight = manager.randomNormal(new Shape(7, FEATURES));
        NDArray bias = bias(true);

        assertThat(call("addmm", none, x, weight, bias))
                .isEqualTo(call("aten_addmm", x, weight, bias));
        assertClose(
                "y",
                call("addmm", transform, x, weight, bias),
                call("aten_addmm", x, adapted(weight, true), bias),
                FLOAT);
    }

    @ParameterizedTest(name = "kernel {0}, stride {1}, padding {2}, dilation {3}, bias {4}")
    @CsvSource({
        "1, 1, 0, 1, true",
        "3, 1, 1, 1, false",
        "3, 2, 1, 1, true",
        "4, 4, 0, 1, true",
        "3, 1, 2, 2, false"
    })
    void convolutionRotatesTheChannelsOfWhatTheOperatorGives(
            int kernel, int stride, int padding, int dilation, boolean biased) {
        NDArray x = manager.randomNormal(new Shape(2, 3, 8, 9));
        NDArray weight = manager.randomNormal(new Shape(FEATURES, 3, kernel, kernel));
        NDArray bias = bias(biased);
        NDArray options = manager.create(new long[] {stride, padding, dilation});

        assertThat(convolution(none, x, weight, bias, options))
                .isEqualTo(call("aten_convolution", x, weight, bias, options));
        assertClose(
                "y",
                convolution(transform, x, weight, bias, options),
                call("aten_convolution", x, adapted(weight, false), bias, options),
                FLOAT);
    }

    private NDArray convolution(
            WeightTransform t, NDArray x, NDArray weight, NDArray bias, NDArray options) {
        return call("convolution", x, weight, bias, t.rotation(), t.index(), t.scale(), options);
    }
}
