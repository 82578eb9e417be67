/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.WeightSpec.Kind;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.model.ModelSpec;
import org.djladapters.rotation.FlopCount;
import org.junit.jupiter.api.Test;

class FlopsTest {

    /** A table, and layers of 4 to 4 and of 4 to 6 features: 32 and 48 operations a token. */
    private static final ModelSpec MODEL =
            spec(
                    targetModule("words", Kind.EMBEDDING, 5, 4),
                    targetModule("first", Kind.LINEAR, 4, 4),
                    targetModule("second", Kind.LINEAR, 6, 4));

    @Test
    void aFrozenLayerPassesGradientsOnFromTheFirstAdaptedOne() {
        Flops all = Flops.of(MODEL, lora().build(), 8);
        Flops last = Flops.of(MODEL, lora().optTargets("second").build(), 8);
        Flops table = Flops.of(MODEL, lora().optTargets("words").build(), 8);

        assertThat(all.base()).isEqualTo(new FlopCount(80, 80, 0, 0));
        assertThat(last.base()).isEqualTo(new FlopCount(80, 48, 0, 0));
        assertThat(table.base()).isEqualTo(new FlopCount(80, 80, 0, 0));
        assertThat(table.adapter()).isEqualTo(FlopCount.NONE);
    }

    @Test
    void whatIsDoneOnceIsSharedByTheTokens() {
        // with a custom backward pass 4 r (in + out) = 40 backward, and 2 r in out = 48 once
        Flops flops = Flops.of(MODEL, lora().optTargets("second").build(), 8);

        assertThat(flops.adapter()).isEqualTo(new FlopCount(0, 40, 48, 0));
        assertThat(flops.forward()).isEqualTo(80 + 48 / 8.0);
        assertThat(flops.backward()).isEqualTo(48 + 40);
        assertThat(flops.stepRatio()).isEqualTo((86 + 88) / 128.0);
    }

    @Test
    void adaptersOfSeveralLayersAddUp() {
        // 32 + 40 backward, 32 + 48 once
        assertThat(Flops.of(MODEL, lora().build(), 1).adapter())
                .isEqualTo(new FlopCount(0, 72, 80, 0));
    }

    @Test
    void trainedWeightsTakeAProductMoreBackward() {
        Flops full = Flops.of(MODEL, BaselineConfig.full(), 8);
        Flops saved =
                Flops.of(MODEL, BaselineConfig.head().withModulesToSave(List.of("second")), 8);

        assertThat(full.base()).isEqualTo(new FlopCount(80, 80, 0, 0));
        assertThat(full.adapter()).isEqualTo(new FlopCount(0, 80, 0, 0));
        assertThat(full.stepRatio()).isEqualTo(1.5);
        assertThat(saved.base()).isEqualTo(new FlopCount(80, 48, 0, 0));
        assertThat(saved.adapter()).isEqualTo(new FlopCount(0, 48, 0, 0));
    }

    @Test
    void biasesTakeNothingButTheWayBackToThem() {
        Flops flops = Flops.of(MODEL, BaselineConfig.bitfit(), 8);

        assertThat(flops.base()).isEqualTo(new FlopCount(80, 80, 0, 0));
        assertThat(flops.stepRatio()).isEqualTo(1);
    }

    @Test
    void aHeadNeedsNoWayBack() {
        Flops flops = Flops.of(MODEL, BaselineConfig.head(), 8);

        assertThat(flops.base()).isEqualTo(new FlopCount(80, 0, 0, 0));
        assertThat(flops.stepRatio()).isEqualTo(1);
    }

    @Test
    void layersThatAreLeftOutOfStepsHaveNoCustomBackwardPass() {
        CompoundConfig.Builder config =
                CompoundConfig.builder().optOrders(1).optBlocks(1).optTargets("second");

        // 2 b^2 = 72 for y^T G with a custom backward pass, else forward and twice that backward
        FlopCount custom = Flops.of(MODEL, config.build(), 8).adapter();
        FlopCount dropped = Flops.of(MODEL, config.optModuleDropout(0.5).build(), 8).adapter();
        assertThat(custom.forward()).isZero();
        assertThat(custom.backward()).isEqualTo(72);
        assertThat(dropped.forward()).isEqualTo(72);
        assertThat(dropped.backward()).isEqualTo(144);
    }

    @Test
    void weightsOfSixteenBitsHaveNoCustomBackwardPass() {
        WeightSpec half =
                new WeightSpec("half", Kind.LINEAR, new Shape(6, 4), DataType.FLOAT16, false);
        ModelSpec model = spec(new TargetModule(half, "half.weight", null, true));

        // 2 r (in + out) forward and twice that backward
        assertThat(Flops.of(model, lora().build(), 8).adapter())
                .isEqualTo(new FlopCount(20, 40, 0, 0));
    }

    @Test
    void biasesOfAdaptedLayersChangeNothing() {
        assertThat(Flops.of(MODEL, lora().optBias(Bias.ADAPTED).build(), 2))
                .isEqualTo(Flops.of(MODEL, lora().build(), 2));
    }

    @Test
    void aStepHasTokens() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Flops.of(MODEL, BaselineConfig.head(), 0))
                .withMessage("A step needs at least one token, got 0");
    }

    private static LoraConfig.Builder lora() {
        return LoraConfig.builder().optRank(1);
    }

    private static TargetModule targetModule(String path, Kind kind, long... shape) {
        boolean biased = kind == Kind.LINEAR;
        WeightSpec weight = new WeightSpec(path, kind, new Shape(shape), DataType.FLOAT32, biased);
        return new TargetModule(weight, path + ".weight", biased ? path + ".bias" : null, true);
    }

    private static ModelSpec spec(TargetModule... targetModules) {
        Map<String, Shape> parameters = new LinkedHashMap<>();
        for (TargetModule targetModule : targetModules) {
            parameters.put(targetModule.parameter(), targetModule.weight().shape());
            if (targetModule.bias() != null) {
                parameters.put(targetModule.bias(), new Shape(targetModule.weight().features()));
            }
        }
        return ModelSpec.of(List.of(targetModules), parameters, "none");
    }
}
