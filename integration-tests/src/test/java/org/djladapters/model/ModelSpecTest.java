/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterSpec;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModelSpecTest {

    @RegisterExtension static final SharedModels MODELS = new SharedModels();

    @ParameterizedTest
    @MethodSource("org.djladapters.model.MethodCases#all")
    void tellsWhatAnAdapterTrainsBeforeItIsMade(MethodCase method) throws IOException {
        AdaptedModel model = MODELS.open(method.model());
        AdapterSpec spec = model.spec().adapter(method.config());
        Adapter adapter = model.add("a", method.config());

        assertThat(spec.size()).isEqualTo(adapter.size());
        assertThat(spec.adapterSize()).isEqualTo(adapter.adapterSize());
        assertThat(spec.targetModules().keySet()).isEqualTo(adapter.targetModules().keySet());
        assertThat(spec.trained().keySet()).isEqualTo(adapter.savedModules().keySet());
        assertThat(spec.warnings()).isEqualTo(adapter.warnings());
        assertThat(spec.config()).hasToString(adapter.config().toString());
        assertThat(model.spec().size()).isEqualTo(model.status().baseParameters());
    }

    @Test
    void needsNoModel() {
        ModelSpec model = described();

        AdapterSpec lora =
                model.adapter(
                        LoraConfig.builder()
                                .optRank(2)
                                .optTargets(Targets.byModelType())
                                .optModulesToSave(List.of("norm"))
                                .build());

        assertThat(model.size()).isEqualTo(24 + 6 + 24 + 6 + 5);
        assertThat(model.targetModules(Targets.allLinear())).hasSize(2);
        assertThat(lora.config().targets()).isEqualTo(Targets.of("query", "value"));
        assertThat(lora.adapterSize()).isEqualTo(2 * 2 * (4 + 6));
        assertThat(lora.size()).isEqualTo(2 * 2 * (4 + 6) + 5);
        assertThat(lora.warnings()).isEmpty();
        assertThat(model.adapter(BaselineConfig.bitfit()).size()).isEqualTo(12);
    }

    @Test
    void refusesWhatAModelRefuses() {
        LoraConfig.Builder lora = LoraConfig.builder().optRank(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> described().adapter(lora.optTargets("key").build()))
                .withMessageContaining("No module of the model matches the targets (key)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> described().adapter(lora.optTargets("a").build()))
                .withMessageContaining("name 'a', which has no weight that can be adapted");
    }

    private static ModelSpec described() {
        return ModelSpec.of(
                List.of(targetModule("a.query"), targetModule("b.value")),
                Map.of(
                        "a.query.weight", new Shape(6, 4),
                        "a.query.bias", new Shape(6),
                        "b.value.weight", new Shape(6, 4),
                        "b.value.bias", new Shape(6),
                        "c.norm.weight", new Shape(5)),
                "bert");
    }

    private static TargetModule targetModule(String path) {
        WeightSpec weight =
                new WeightSpec(
                        path, WeightSpec.Kind.LINEAR, new Shape(6, 4), DataType.FLOAT32, true);
        return new TargetModule(weight, path + ".weight", path + ".bias", true);
    }
}
