/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Methods;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.model.ModelSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefaultLearningRatesTest {

    /** A layer with 384 outputs and one with 1,536. */
    private static final ModelSpec MODEL =
            ModelSpec.of(
                    List.of(site("query", 384, 384), site("up", 1536, 384)),
                    Map.of("query.weight", new Shape(384, 384), "up.weight", new Shape(1536, 384)),
                    "none");

    @ParameterizedTest(name = "orders 1 to {0} in blocks of {1}, n = {2}")
    @CsvSource({
        "1, 2, 2, 0.01, 0.01",
        "3, 92, 8, 0.004, 0.00625",
        "3, 128, 8, 0.004, 0.00625",
        "2, 128, 15, 0.0032, 0.005",
        "1, 128, 128, 0.00075, 0.001171875"
    })
    void largerMatricesAndOrdersMoveMoreAtOnce(
            int largest, int blockSize, int size, float all, float some) {
        CompoundConfig.Builder builder =
                CompoundConfig.builder().optOrders(orders(largest)).optBlockSize(blockSize);
        assertThat(builder.build().form(384).layout().size()).isEqualTo(size);
        assertThat(rate(builder.build())).isEqualTo(all);
        assertThat(rate(builder.optTargets("query").build())).isEqualTo(some);
    }

    @Test
    void theLargestMatrixDecidesWhereLayersDiffer() {
        CompoundConfig.Builder builder =
                CompoundConfig.builder().optOrders(1).optBlocks(3).optTargets("query");
        assertThat(rate(builder.build())).isEqualTo(0.15f / 128);
        assertThat(rate(builder.optTargets("query", "up").build())).isEqualTo(0.15f / 512);
    }

    @ParameterizedTest
    @CsvSource({
        "lora, 0.001",
        "oft, 0.001",
        "boft, 0.004",
        "ia3, 0.005",
        "c3a, 0.1",
        "road, 0.02",
        "head, 0.005",
        "full, 0.00005"
    })
    void everyMethodHasARate(String method, float rate) {
        assertThat(rate(Methods.defaultConfig(method))).isEqualTo(rate);
    }

    private static float rate(AdapterConfig config) {
        return LearningRates.defaultOf(config, MODEL);
    }

    private static int[] orders(int largest) {
        return IntStream.rangeClosed(1, largest).toArray();
    }

    private static TargetModule site(String path, long outputs, long inputs) {
        Shape shape = new Shape(outputs, inputs);
        WeightSpec weight =
                new WeightSpec(path, WeightSpec.Kind.LINEAR, shape, DataType.FLOAT32, false);
        return new TargetModule(weight, path + ".weight", null, true);
    }
}
