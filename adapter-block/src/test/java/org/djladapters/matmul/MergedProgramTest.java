/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.matmul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.djladapters.ManagerFixture;
import org.djladapters.archive.Call;
import org.djladapters.kernel.NativeKernel;
import org.djladapters.rotation.programs.Rotations;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The functions that linear layers of merged models call, against the operators. */
class MergedProgramTest extends ManagerFixture {

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
            """;

    private static final Map<MergedProgram, NativeKernel> LAYERS =
            new EnumMap<>(MergedProgram.class);

    @BeforeAll
    static void compile() {
        for (MergedProgram program : MergedProgram.values()) {
            if (program == MergedProgram.PORTABLE || MatmulTrial.hasOneDnn()) {
                LAYERS.put(
                        program,
                        Rotations.layers(
                                SOURCE.replace("@", program.prefix()),
                                Map.of(program.entry(), program.source())));
            }
        }
    }

    @AfterAll
    static void release() {
        LAYERS.values().forEach(NativeKernel::close);
        LAYERS.clear();
    }

    /** Last whether the portable functions, and those of oneDNN's operator, are faster ones. */
    @ParameterizedTest
    @CsvSource({
        "linear,   1, 400, 200, false, false",
        "linear,   99, 400, 200, false, false",
        "linear,   100, 400, 200, true, true",
        "linear,   110, 186, 200, false, true",
        "linear,   111, 186, 200, true, true",
        "linear,   3x70, 400, 200, true, true",
        "linear,   2x5x25, 400, 200, true, true",
        "linear,   0, 400, 200, false, false",
        "linear,   2x0, 400, 200, false, false",
        "linear,   '', 400, 200, false, false",
        "linear,   1000, 100, 200, false, false",
        "linear,   1000, 400, 2, false, false",
        "linear,   100, 200, 200, false, true",
        "linear,   3, 0, 5, false, false",
        "unbiased, 2x80, 384, 130, true, true",
        "matmul,   2, 400, 200, false, false",
        "matmul,   2x3x40, 400, 200, true, true",
        "matmul,   '', 400, 200, false, false",
        "addmm,    2, 400, 200, false, false",
        "addmm,    300, 400, 200, true, true",
        "addmm,    0, 400, 200, false, false",
        "narrow,   2, 400, 200, false, false"
    })
    void areTheOperators(
            String function, String rows, long in, long out, boolean portable, boolean oneDnn) {
        NDArray x = random(shape(rows, in), DataType.FLOAT32);
        NDArray b = random(new Shape(out), DataType.FLOAT32);
        NDArray w = byColumns(random(new Shape(out, in), DataType.FLOAT32));
        for (MergedProgram program : LAYERS.keySet()) {
            NDArray expected = run(program, "aten_" + function, x, w, b);
            NDArray found = run(program, function, x, w, b);

            boolean fast = program == MergedProgram.ONEDNN ? oneDnn : portable;
            assertThat(found.getShape()).isEqualTo(expected.getShape());
            assertThat(difference(found, expected)).isLessThan(fast ? 2e-6 : 1e-9);
            long[] said = run(program, "fast", x, w, b).toLongArray();
            long can = program == MergedProgram.ONEDNN ? 1 : said[1];
            assertThat(said[0]).as("%s", program).isEqualTo(fast ? can : 0);
        }
    }

    @Test
    void weightsThatLieRowByRowAreTheEngines() {
        NDArray x = random(new Shape(120, 400), DataType.FLOAT32);
        NDArray w = random(new Shape(200, 400), DataType.FLOAT32);
        NDArray b = random(new Shape(200), DataType.FLOAT32);
        assumeThat(LAYERS).containsKey(MergedProgram.ONEDNN);
        assertThat(run(MergedProgram.ONEDNN, "fast", x, w, b).toLongArray()[0]).isZero();
    }

    @ParameterizedTest
    @CsvSource({"FLOAT64", "FLOAT16"})
    void otherTypesAreTheEngines(DataType type) {
        NDArray x = random(new Shape(120, 400), type);
        NDArray w = byColumns(random(new Shape(200, 400), type));
        NDArray b = random(new Shape(200), type);
        for (MergedProgram program : LAYERS.keySet()) {
            for (String function : List.of("linear", "matmul", "addmm")) {
                NDArray found = run(program, function, x, w, b);
                assertThat(found.getDataType()).isEqualTo(type);
                assertThat(difference(found, run(program, "aten_" + function, x, w, b))).isZero();
            }
            assertThat(run(program, "fast", x, w, b).toLongArray()[0]).isZero();
        }
    }

    @Test
    void gradientsFlow() {
        for (MergedProgram program : LAYERS.keySet()) {
            for (String function : List.of("linear", "matmul", "addmm", "narrow")) {
                NDArray[] arrays = {
                    random(new Shape(120, 400), DataType.FLOAT32),
                    byColumns(random(new Shape(200, 400), DataType.FLOAT32)),
                    random(new Shape(200), DataType.FLOAT32)
                };
                NDArray[] found = gradients(program, function, arrays);
                NDArray[] expected = gradients(program, "aten_" + function, arrays);
                int count = function.equals("matmul") ? 2 : 3;
                for (int i = 0; i < count; i++) {
                    assertThat(difference(found[i], expected[i])).isLessThan(5e-6);
                }
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
                .isThrownBy(() -> MergedProgram.PORTABLE.call(other, 100))
                .withMessage("torch.relu is not the product of a linear layer");
    }

    private static void assertRoundTrip(String operator, String function, String read) {
        for (MergedProgram program : MergedProgram.values()) {
            String text = program.call(Call.parse(operator).orElseThrow(), 100);
            assertThat(text).isEqualTo(program.prefix() + function);
            assertThat(MergedProgram.original(Call.parse(text).orElseThrow()))
                    .isEqualTo(Call.parse(read).orElseThrow());
        }
    }

    private NDArray[] gradients(MergedProgram program, String function, NDArray... arrays) {
        NDArray[] leaves = Arrays.stream(arrays).map(NDArray::duplicate).toArray(NDArray[]::new);
        Arrays.stream(leaves).forEach(leaf -> leaf.setRequiresGradient(true));
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            collector.backward(run(program, function, leaves).square().sum());
        }
        return Arrays.stream(leaves).map(NDArray::getGradient).toArray(NDArray[]::new);
    }

    private NDArray run(MergedProgram program, String function, NDArray... arrays) {
        var call = LAYERS.get(program).call(function, manager);
        for (NDArray array : arrays) {
            call.tensor(array);
        }
        return call.run().singletonOrThrow();
    }

    /** The same matrix, lying column by column. */
    private static NDArray byColumns(NDArray matrix) {
        Shape turned = new Shape(matrix.getShape().get(1), matrix.getShape().get(0));
        return matrix.transpose().flatten().reshape(turned).transpose();
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
