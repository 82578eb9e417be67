/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lntuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.djladapters.adapter.Targets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LnTuningConfigTest {

    @ParameterizedTest
    @CsvSource({
        "bert.embeddings.LayerNorm.weight, true",
        "bert.encoder.layer.0.output.LayerNorm.bias, true",
        "model.layers.0.input_layernorm.weight, true",
        "model.norm.weight, true",
        "transformer.h.0.ln_1.bias, true",
        "norm.weight, true",
        "bert.encoder.layer.0.output.dense.weight, false",
        "bert.embeddings.word_embeddings.weight, false",
        "bias, false"
    })
    void knowsLayersThatNormalize(String parameter, boolean trained) {
        assertThat(LnTuningConfig.all().trains(parameter)).isEqualTo(trained);
    }

    @Test
    void aFileHasCopiesOfTheseLayers() {
        LnTuningConfig config = LnTuningConfig.all().withModulesToSave(List.of("head.norm"));
        LnTuningFormat format = new LnTuningFormat();

        assertThat(format.savedAs(config, "a.LayerNorm.weight"))
                .isEqualTo("a.LayerNorm.ln_tuning_layers.weight");
        assertThat(format.savedAs(config, "head.norm.weight")).isEqualTo("head.norm.weight");
        assertThat(format.savedAs(config, "a.dense.bias")).isEqualTo("a.dense.bias");
    }

    @Test
    void adaptsNoWeights() {
        LnTuningConfig config = LnTuningConfig.of(Targets.of("ln_f"));
        assertThat(config).hasToString("lntuning(layers ln_f)");
        assertThat(LnTuningConfig.all().withModulesToSave(List.of("score")))
                .hasToString("lntuning(all, modules to save [score])");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config.withTargets(Targets.of("query")))
                .withMessageContaining("has no targets");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config.newAdapter(null))
                .withMessageContaining("trains layers as they are");
    }
}
