/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.List;
import org.djladapters.adapter.AdapterFixture;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.rotation.OrthogonalMap;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.TransformKernel;
import org.junit.jupiter.api.Test;

class CompoundAdapterTest extends AdapterFixture {

    private static CompoundConfig.Builder config() {
        return CompoundConfig.builder().optOrders(1, 2).optBlocks(2);
    }

    private CompoundAdapter adapter(CompoundConfig config, boolean transposed, Shape shape) {
        return started(config.newCompoundAdapter(spec(shape, transposed)));
    }

    private CompoundAdapter turned(CompoundConfig config, boolean transposed, Shape shape) {
        return random(config.newCompoundAdapter(spec(shape, transposed)), 0.3f);
    }

    private static WeightSpec spec(Shape shape, boolean transposed) {
        WeightSpec.Kind kind = WeightSpec.Kind.LINEAR;
        if (shape.dimension() > 2) {
            kind = WeightSpec.Kind.CONV2D;
        } else if (transposed) {
            kind = WeightSpec.Kind.CONV1D;
        }
        return new WeightSpec("layer", kind, shape, DataType.FLOAT32, false);
    }

    @Test
    void startsWithTheWeightAsItIs() {
        for (OrthogonalMap map : OrthogonalMap.values()) {
            CompoundConfig config = config().optMap(map).optScaling(true).optChain(2).build();
            CompoundAdapter adapter = adapter(config, false, new Shape(13, 5));
            NDArray weight = manager.randomNormal(new Shape(13, 5));

            assertThat(adapted(adapter, weight)).isEqualTo(weight);
            assertThat(adapter.getOutputShapes(new Shape[] {weight.getShape()}))
                    .containsExactly(weight.getShape());
        }
    }

    @Test
    void hasAParameterForTheRotationAndOneForTheScale() {
        CompoundAdapter adapter =
                adapter(config().optScaling(true).optChain(3).build(), false, new Shape(13, 5));

        assertThat(adapter.getParameters().keys()).containsExactly("compound", "compound_s");
        assertThat(adapter.getParameters().get("compound").getShape())
                .isEqualTo(new Shape(3, 2, 3));
        assertThat(adapter.getParameters().get("compound_s").getShape())
                .isEqualTo(new Shape(13, 1));
        assertThat(adapter.getParameters().values())
                .allMatch(Parameter::requiresGradient)
                .allMatch(p -> p.getArray().hasGradient());
        assertThat(adapter)
                .hasToString(
                        "CompoundAdapter(orders 1+2, 2 blocks of 6, n = 3, cayley, chain of 3,"
                                + " scaling)");
    }

    @Test
    void adaptsTransposedWeightsAndConvolutionsAlike() {
        CompoundAdapter linear = turned(config().build(), false, new Shape(13, 8));
        CompoundAdapter transposed =
                config().build().newCompoundAdapter(spec(new Shape(8, 13), true));
        CompoundAdapter convolution =
                config().build().newCompoundAdapter(spec(new Shape(13, 2, 2, 2), false));
        NDArray parameters = array(linear, "compound");
        transposed.getParameters().get("compound").close();
        for (CompoundAdapter other : List.of(transposed, convolution)) {
            other.initialize(manager, DataType.FLOAT32, other.weight().shape());
            NDArray zeros = array(other, "compound");
            zeros.stopGradient().addi(parameters.stopGradient());
        }
        NDArray weight = manager.randomNormal(new Shape(13, 8));

        NDArray expected = adapted(linear, weight);

        assertThat(adapted(transposed, weight.transpose()).transpose()).isEqualTo(expected);
        assertThat(adapted(convolution, weight.reshape(13, 2, 2, 2)).reshape(13, 8))
                .isEqualTo(expected);
    }

    @Test
    void differentAdaptersAreBuiltTogetherInTheirOrder() {
        CompoundAdapter narrow = turned(config().build(), false, new Shape(13, 5));
        CompoundAdapter wide = turned(config().build(), false, new Shape(20, 5));
        CompoundAdapter scaled = turned(config().optScaling(true).build(), false, new Shape(13, 9));
        List<WeightAdapter> adapters = List.of(narrow, wide, scaled, narrow);

        List<WeightTransform> transforms =
                WeightAdapter.transforms(adapters, store, manager, false);

        assertThat(transforms).hasSize(4);
        for (int i = 0; i < adapters.size(); i++) {
            WeightAdapter adapter = adapters.get(i);
            NDArray weight = manager.randomNormal(adapter.weight().shape());
            NDArray together = TransformKernel.transform(weight, transforms.get(i), false, manager);
            assertThat(together).isEqualTo(adapted(adapter, weight));
        }
    }

    @Test
    void inferenceRecordsNoGradient() {
        CompoundAdapter adapter =
                turned(config().optScaling(true).build(), false, new Shape(13, 5));

        NDArray adapted = adapted(adapter, manager.randomNormal(new Shape(13, 5)));

        assertThat(adapted.hasGradient()).isFalse();
    }

    @Test
    void addedRotationsStartWithTheWeightAsItIs() {
        for (boolean offsets : new boolean[] {false, true}) {
            CompoundConfig config = config().optChain(3).optAdded(true).optOffsets(offsets).build();
            NDArray weight = manager.randomNormal(new Shape(13, 5));

            assertThat(adapted(adapter(config, false, new Shape(13, 5)), weight)).isEqualTo(weight);
        }
    }

    /** Of the reference's checkpoints, which do not say that anything is taken away. */
    @Test
    void addedRotationsOfTheReferenceStartAtTheirNumber() {
        CompoundConfig config =
                config().optChain(3)
                        .optAdded(true)
                        .set(CompoundOptions.REFERENCE_SUM, true)
                        .build();
        NDArray weight = manager.randomNormal(new Shape(12, 5));

        assertThat(adapted(adapter(config, false, new Shape(12, 5)), weight))
                .isEqualTo(weight.mul(3));
        assertThat(config.toString()).contains("chain of 3 added as the reference does");
    }

    @Test
    void closingReleasesTheParameters() {
        CompoundAdapter adapter = adapter(config().build(), false, new Shape(13, 5));
        adapted(adapter, manager.ones(new Shape(13, 5)));

        adapter.close();

        assertThat(adapter.isInitialized()).isFalse();
    }
}
