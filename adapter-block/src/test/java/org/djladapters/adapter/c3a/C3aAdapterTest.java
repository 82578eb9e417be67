/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.c3a;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import org.djladapters.ManagerFixture;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec.Kind;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class C3aAdapterTest extends ManagerFixture {

    private static final int IN = 12;
    private static final int OUT = 8;
    private static final Shape LINEAR = new Shape(OUT, IN);

    private NDArray random(Shape shape) {
        return manager.randomNormal(0, 1, shape, DataType.FLOAT64);
    }

    private static WeightAdapter adapter(int blockSize, Kind kind, Shape shape) {
        return C3aConfig.builder()
                .optBlockSize(blockSize)
                .build()
                .newAdapter(Rotated.spec(kind, shape));
    }

    private WeightAdapter moved(int blockSize, Kind kind, Shape shape) {
        return Rotated.moved(adapter(blockSize, kind, shape), 0.5, manager);
    }

    /** Entry (i, j) of a block is entry (j - i) mod b of its kernel, divided by in. */
    private static SimpleMatrix dense(WeightAdapter adapter) {
        NDArray kernel = adapter.getParameters().get("c3a_kernel").getArray();
        int b = (int) kernel.getShape().get(2);
        SimpleMatrix dense = new SimpleMatrix(OUT, IN);
        for (int i = 0; i < OUT; i++) {
            for (int j = 0; j < IN; j++) {
                double entry = kernel.getDouble(i / b, j / b, Math.floorMod(j - i, b));
                dense.set(i, j, entry / IN);
            }
        }
        return dense;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void addsCirculantBlocks(int blockSize) {
        WeightAdapter adapter = moved(blockSize, Kind.LINEAR, LINEAR);
        NDArray weight = random(LINEAR);

        assertThat(adapter.size()).isEqualTo(IN * OUT / blockSize);
        Rotated.assertClose(
                Rotated.adapted(adapter, weight, false),
                Rotated.matrix(weight).plus(dense(adapter)));
    }

    @Test
    void takesTransposedWeightsAsTheyLie() {
        Shape transposed = new Shape(IN, OUT);
        WeightAdapter adapter = moved(4, Kind.CONV1D, transposed);
        NDArray weight = random(transposed);
        Rotated.assertClose(
                Rotated.adapted(adapter, weight, false),
                Rotated.matrix(weight).plus(dense(adapter).transpose()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void hasTheGradientsOfItsFormula(int blockSize) {
        NDArray weight = random(LINEAR);
        Rotated.assertGradients(moved(blockSize, Kind.LINEAR, LINEAR), weight, random(LINEAR));
    }

    @Test
    void takesTheLargestBlocksWhereNoneAreChosen() {
        WeightAdapter adapter =
                C3aConfig.builder().build().newAdapter(Rotated.spec(Kind.LINEAR, LINEAR));
        assertThat(adapter).hasToString("C3aAdapter(block size 4)");
        assertThat(adapter.size()).isEqualTo(24);
    }

    /** As many as tell the distributions apart. */
    @ParameterizedTest
    @CsvSource({"ZEROS, 0, 0", "XAVIER_UNIFORM, 0.19, 0.2", "KAIMING_UNIFORM, 0.19, 0.201"})
    void startsAsSaid(C3aInit init, float least, float most) {
        NDArray kernel = start(init);
        assertThat(kernel.abs().max().getFloat()).isBetween(least, most);
        assertThat(Math.abs(kernel.mean().getFloat())).isLessThan(0.02f);
    }

    @Test
    void startsNormal() {
        NDArray kernel = start(C3aInit.GAUSSIAN);
        // a deviation of 2500 numbers has one of 0.014
        assertThat((float) Math.sqrt(kernel.square().mean().getFloat())).isBetween(0.94f, 1.06f);
    }

    /** A layer of 25 inputs and 125 outputs, whose bounds are 0.2 both. */
    private NDArray start(C3aInit init) {
        Shape shape = new Shape(125, 25);
        WeightAdapter adapter =
                C3aConfig.builder()
                        .optInit(init)
                        .optBlockSize(1)
                        .build()
                        .newAdapter(Rotated.spec(Kind.LINEAR, shape));
        adapter.initialize(manager, DataType.FLOAT32, shape);
        return adapter.getParameters().get("c3a_kernel").getArray();
    }

    @Test
    void theFirstPatternThatFitsCounts() {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        sizes.put("lay.*", 2);
        sizes.put("layer", 4);
        C3aConfig config = C3aConfig.builder().optBlockSizePattern(sizes).build();
        assertThat(config.newAdapter(Rotated.spec(Kind.LINEAR, LINEAR)))
                .hasToString("C3aAdapter(block size 2)");
    }

    @Test
    void whatCanNotBeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> adapter(8, Kind.LINEAR, LINEAR))
                .withMessage(
                        "Blocks of size 8 do not divide 12 inputs and 8 outputs; sizes that do are"
                                + " 1, 2, 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> adapter(4, Kind.CONV2D, new Shape(OUT, 4, 3, 1)))
                .withMessageContaining("C3A adapts linear layers");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> adapter(4, Kind.EMBEDDING, LINEAR))
                .withMessageContaining("leave it out of the targets");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> C3aConfig.builder().optBlockSize(0))
                .withMessageContaining("block size must be at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> C3aConfig.builder().optBlockSizePattern(Map.of("query", 0)))
                .withMessageContaining("pattern query");
    }

    @Test
    void readsAsText() {
        C3aConfig.Builder config = C3aConfig.builder().optTargets(Targets.of("query"));
        assertThat(config.build()).hasToString("c3a(largest blocks, targets query)");
        config.optBlockSize(8).optBlockSizePattern(Map.of("key", 4)).optInit(C3aInit.GAUSSIAN);
        assertThat(config.build())
                .hasToString(
                        "c3a(block size 8, block size patterns {key=4}, init gaussian, targets"
                                + " query)");
    }
}
