/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.djladapters.ManagerFixture;
import org.djladapters.archive.Call;
import org.djladapters.kernel.NativeKernel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The functions that linear layers of merged models call, against the operators. */
class MergedProgramTest extends ManagerFixture {

    private static final int ROWS = 100;

    private static final String SOURCE =
            """
              def linear(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                return @linear(x, w, b, 100)

              def aten_linear(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                return torch.linear(x, w, b)

              def unbiased(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                return @linear(x, w, None, 100)

              def aten_unbiased(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                return torch.linear(x, w)

              def matmul(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                return @matmul(x, w.t(), 100)

              def aten_matmul(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                return torch.matmul(x, w.t())

              def addmm(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                return @addmm(b, x, w.t(), 100)

              def aten_addmm(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                return torch.addmm(b, x, w.t())

              def narrow(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                return @linear(x.to(15), w.to(15), b.to(15), 100).to(6)

              def aten_narrow(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                return torch.linear(x.to(15), w.to(15), b.to(15)).to(6)

              def fast(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                return torch.tensor([int(@fast(x, w, b, 1, 100)), int(torch._get_cpu_capability() == "AVX512")])
            """
                    .replace("@", MergedProgram.PREFIX);

    private static NativeKernel layers;

    @BeforeAll
    static void compile() {
        layers = Rotations.layers(SOURCE, Map.of(MergedProgram.ENTRY, MergedProgram.source()));
    }

    @AfterAll
    static void release() {
        layers.close();
    }

    @ParameterizedTest
    @CsvSource({
        "linear,   1, 400, 200, false",
        "linear,   99, 400, 200, false",
        "linear,   100, 400, 200, true",
        "linear,   110, 186, 200, false",
        "linear,   111, 186, 200, true",
        "linear,   3x70, 400, 200, true",
        "linear,   2x5x25, 400, 200, true",
        "linear,   0, 400, 200, false",
        "linear,   2x0, 400, 200, false",
        "linear,   '', 400, 200, false",
        "linear,   1000, 100, 200, false",
        "linear,   1000, 400, 2, false",
        "linear,   100, 200, 200, false",
        "linear,   3, 0, 5, false",
        "unbiased, 2x80, 384, 130, true",
        "matmul,   2, 400, 200, false",
        "matmul,   2x3x40, 400, 200, true",
        "matmul,   '', 400, 200, false",
        "addmm,    2, 400, 200, false",
        "addmm,    300, 400, 200, true",
        "addmm,    0, 400, 200, false",
        "narrow,   2, 400, 200, false"
    })
    void areTheOperators(String function, String rows, long in, long out, boolean fast) {
        NDArray x = random(shape(rows, in), DataType.FLOAT32);
        NDArray w = random(new Shape(out, in), DataType.FLOAT32);
        NDArray b = random(new Shape(out), DataType.FLOAT32);

        NDArray expected = run("aten_" + function, x, w, b);
        NDArray found = run(function, x, w, b);

        assertThat(found.getShape()).isEqualTo(expected.getShape());
        assertThat(difference(found, expected)).isLessThan(fast ? 2e-6 : 1e-9);
        assertThat(run("fast", x, w, b).toLongArray())
                .satisfies(said -> assertThat(said[0]).isEqualTo(fast ? said[1] : 0));
    }

    @ParameterizedTest
    @CsvSource({"FLOAT64", "FLOAT16"})
    void otherTypesAreTheEngines(DataType type) {
        NDArray x = random(new Shape(120, 400), type);
        NDArray w = random(new Shape(200, 400), type);
        NDArray b = random(new Shape(200), type);
        for (String function : List.of("linear", "matmul", "addmm")) {
            NDArray found = run(function, x, w, b);
            assertThat(found.getDataType()).isEqualTo(type);
            assertThat(difference(found, run("aten_" + function, x, w, b))).isZero();
        }
        assertThat(run("fast", x, w, b).toLongArray()[0]).isZero();
    }

    @Test
    void gradientsFlow() {
        for (String function : List.of("linear", "matmul", "addmm", "narrow")) {
            NDArray[] arrays = {
                random(new Shape(120, 400), DataType.FLOAT32),
                random(new Shape(200, 400), DataType.FLOAT32),
                random(new Shape(200), DataType.FLOAT32)
            };
            NDArray[] found = gradients(function, arrays);
            NDArray[] expected = gradients("aten_" + function, arrays);
            int count = function.equals("matmul") ? 2 : 3;
            for (int i = 0; i < count; i++) {
                assertThat(difference(found[i], expected[i])).isLessThan(5e-6);
            }
        }
    }

    @Test
    void callsAreWrittenAndRead() {
        assertRoundTrip(
                "torch.linear(x, w)", "linear(x, w, None, 100)", "torch.linear(x, w, None)");
        assertRoundTrip("torch.linear(x, w, b)", "linear(x, w, b, 100)", "torch.linear(x, w, b)");
        assertRoundTrip("torch.mm(x, w)", "matmul(x, w, 100)", "torch.matmul(x, w)");
        assertRoundTrip("torch.addmm(b, x, w)", "addmm(b, x, w, 100)", "torch.addmm(b, x, w)");

        Call other = Call.parse("torch.relu(x)").orElseThrow();
        assertThat(MergedProgram.original(other)).isSameAs(other);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MergedProgram.call(other, ROWS))
                .withMessage("torch.relu is not the product of a linear layer");
    }

    private static void assertRoundTrip(String operator, String function, String read) {
        String text = MergedProgram.call(Call.parse(operator).orElseThrow(), ROWS);
        assertThat(text).isEqualTo(MergedProgram.PREFIX + function);
        assertThat(MergedProgram.original(Call.parse(text).orElseThrow()))
                .isEqualTo(Call.parse(read).orElseThrow());
    }

    private NDArray[] gradients(String function, NDArray... arrays) {
        NDArray[] leaves = Arrays.stream(arrays).map(NDArray::duplicate).toArray(NDArray[]::new);
        Arrays.stream(leaves).forEach(leaf -> leaf.setRequiresGradient(true));
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            collector.backward(run(function, leaves).square().sum());
        }
        return Arrays.stream(leaves).map(NDArray::getGradient).toArray(NDArray[]::new);
    }

    private NDArray run(String function, NDArray... arrays) {
        var call = layers.call(function, manager);
        for (NDArray array : arrays) {
            call.tensor(array);
        }
        return call.run().singletonOrThrow();
    }

    private static Shape shape(String rows, long in) {
        return rows.isEmpty()
                ? new Shape(in)
                : new Shape(
                        Arrays.stream((rows + "x" + in).split("x"))
                                .mapToLong(Long::parseLong)
                                .toArray());
    }

    private NDArray random(Shape shape, DataType type) {
        return manager.randomNormal(shape).toType(type, false);
    }

    /** The largest difference, relative to the largest number. */
    private static double difference(NDArray found, NDArray expected) {
        if (expected.size() == 0) {
            return 0;
        }
        NDArray f = found.toType(DataType.FLOAT64, false);
        NDArray e = expected.toType(DataType.FLOAT64, false);
        double largest = Math.max(e.abs().max().getDouble(), 1e-30);
        return f.sub(e).abs().max().getDouble() / largest;
    }
}
