/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.PlacementPlanner.Purpose;
import org.djladapters.adapter.WeightSpec.Kind;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.adapter.oft.OftConfig;
import org.djladapters.model.ModelSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PlacementPlannerTest {

    private static final TargetModule LINEAR = linear("linear", DataType.FLOAT32, true);

    private static final TargetModule FILTER = module(Kind.CONV2D, true, 8, 4, 3, 3);

    private static TargetModule linear(String path, DataType type, boolean socket) {
        return new TargetModule(
                new WeightSpec(path, Kind.LINEAR, new Shape(8, 4), type, false),
                path + ".weight",
                null,
                socket);
    }

    private static TargetModule module(Kind kind, boolean socket, long... shape) {
        return new TargetModule(
                new WeightSpec("module", kind, new Shape(shape), DataType.FLOAT32, false),
                "module.weight",
                null,
                socket);
    }

    private static LoraConfig.Builder lora() {
        return LoraConfig.builder().optRank(2);
    }

    private static AdapterSpec spec(AdapterConfig config, TargetModule... modules) {
        Map<String, Shape> parameters = new LinkedHashMap<>();
        for (TargetModule module : modules) {
            parameters.put(module.parameter(), module.weight().shape());
        }
        return ModelSpec.of(Arrays.asList(modules), parameters, "none").adapter(config);
    }

    private static Placement placement(
            AdapterConfig config, TargetModule targetModule, Purpose purpose) {
        return PlacementPlanner.plan(List.of(spec(config, targetModule)), purpose)
                .get(targetModule);
    }

    private static void assertRecorded(
            AdapterConfig config, TargetModule targetModule, Placement expected) {
        assertThat(placement(config, targetModule, Purpose.RECORDED_TRAINING)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "RECORDED_TRAINING, CUSTOM_BACKWARD",
        "TRAINING, ACTIVATIONS",
        "MIXED_BATCH, ACTIVATIONS",
        "INFERENCE, WEIGHT"
    })
    void thePurposeDecidesWhereEverythingIsPossible(Purpose purpose, Placement expected) {
        CompoundConfig compound = CompoundConfig.builder().optOrders(1).optBlocks(1).build();

        assertThat(placement(lora().build(), LINEAR, purpose)).isEqualTo(expected);
        assertThat(placement(compound, LINEAR, purpose)).isEqualTo(expected);
    }

    @Test
    void whatMethodsCantDoWithoutAutogradActsOnActivations() {
        CompoundConfig chain =
                CompoundConfig.builder().optOrders(1).optBlocks(1).optChain(2).build();
        CompoundConfig dropped =
                CompoundConfig.builder().optOrders(1).optBlocks(1).optModuleDropout(0.1).build();

        assertRecorded(lora().optDropout(0.1).build(), LINEAR, Placement.ACTIVATIONS);
        assertRecorded(lora().optDora(true).build(), LINEAR, Placement.ACTIVATIONS);
        assertRecorded(dropped, LINEAR, Placement.ACTIVATIONS);
        assertRecorded(chain, LINEAR, Placement.ACTIVATIONS);
        assertRecorded(OftConfig.builder().optBlockSize(2).build(), LINEAR, Placement.ACTIVATIONS);
    }

    @Test
    void otherModulesThanLinearLayersOf32BitsActOnActivations() {
        TargetModule half = linear("half", DataType.FLOAT16, true);
        TargetModule table = module(Kind.EMBEDDING, true, 8, 4);

        assertRecorded(lora().build(), half, Placement.ACTIVATIONS);
        assertRecorded(lora().optTargets("module").build(), table, Placement.ACTIVATIONS);
        assertRecorded(lora().optTargets("module").build(), FILTER, Placement.ACTIVATIONS);
    }

    @ParameterizedTest
    @EnumSource(Purpose.class)
    void withoutASocketTheWeightIsReplaced(Purpose purpose) {
        TargetModule without = linear("linear", DataType.FLOAT32, false);

        assertThat(placement(lora().build(), without, purpose)).isEqualTo(Placement.WEIGHT);
    }

    @Test
    void rotatedInputsOfFiltersReplaceTheWeightUnlessFiltersAreSinglePixels() {
        OftConfig oft = OftConfig.builder().optBlockSize(2).optTargets("module").build();

        assertRecorded(oft, FILTER, Placement.WEIGHT);
        assertRecorded(oft, module(Kind.CONV2D, true, 8, 4, 1, 1), Placement.ACTIVATIONS);
    }

    @Test
    void severalAdaptersOfAModuleReplaceItsWeightButNotThoseOfOthers() {
        TargetModule other = linear("other", DataType.FLOAT32, true);
        AdapterSpec both = spec(lora().build(), LINEAR, other);
        AdapterSpec one = spec(lora().optTargets("linear").build(), LINEAR, other);

        assertThat(PlacementPlanner.plan(List.of(both, one), Purpose.RECORDED_TRAINING))
                .containsOnly(
                        Map.entry(LINEAR, Placement.WEIGHT),
                        Map.entry(other, Placement.CUSTOM_BACKWARD));
    }

    @Test
    void aWeightThatAnotherAdapterTrainsNeedsAutograd() {
        AdapterSpec adapted = spec(lora().build(), LINEAR);
        AdapterSpec trained = spec(BaselineConfig.full(), LINEAR);

        assertThat(PlacementPlanner.plan(List.of(adapted, trained), Purpose.RECORDED_TRAINING))
                .containsOnly(Map.entry(LINEAR, Placement.ACTIVATIONS));
    }

    @Test
    void weightsForInferenceAreMadeAsInTrainingUnlessTheyAreTransposed() {
        TargetModule transposed = module(Kind.CONV1D, true, 4, 8);
        AdapterSpec adapter = spec(lora().build(), LINEAR, transposed);

        assertThat(PlacementPlanner.madeAsInTraining(List.of(adapter))).containsExactly(LINEAR);
        assertThat(adapter.trainingPlacements())
                .containsEntry(transposed, Placement.CUSTOM_BACKWARD);
    }
}
