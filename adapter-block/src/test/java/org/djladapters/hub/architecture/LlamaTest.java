/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import org.djladapters.hub.program.CheckpointProgram;
import org.djladapters.hub.program.TinyCheckpoints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options of LLaMA's relatives; what they compute is compared in the integration tests. */
class LlamaTest {

    private static final String WINDOWS = "'num_key_value_heads': 1, 'use_sliding_window': true, ";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "llama | 'num_key_value_heads': 3 | num_key_value_heads is 3 where a divisor of",
                "llama | 'head_dim': 5 | head_dim is 5 where an even number",
                "llama | 'partial_rotary_factor': 0.5 | partial_rotary_factor is 0.5, which is",
                "llama | 'rope_scaling': {'type': 'longrope'} | type is longrope, which is not",
                "qwen3 | 'head_dim': 4 | has no entry num_key_value_heads",
                "qwen3 | " + WINDOWS + "'layer_types': ['chunked_attention'] | layer_types is",
                "qwen3 | "
                        + WINDOWS
                        + "'layer_types': ['full_attention', 'full_attention'] |"
                        + " layer_types is",
                "phi3 | 'partial_rotary_factor': 0.3 | partial_rotary_factor is 0.3 where a share",
                "phi3 | 'rope_scaling': {'type': 'linear', 'factor': 2} | type is linear, which",
                "phi3 | 'rope_scaling': {'type': 'su', 'short_factor': [1]} | short_factor is [1]",
                "smollm3 | 'num_key_value_heads': 1, 'no_rope_layers': [1, 0] | no_rope_layers is",
                "smollm3 | 'num_key_value_heads': 1, 'sliding_window': 4, 'layer_types':"
                        + " ['sliding_attention'] | use_sliding_window is null, which is not",
                "granite | 'attention_multiplier': 0 | attention_multiplier is 0 where a number",
                "olmo2 | 'rope_scaling': {'type': 'longrope'} | type is longrope, which is not"
            })
    void nameTheEntryThatIsWrong(String type, String entries, String message) {
        JsonObject config = TinyCheckpoints.config(type, entries);
        assertThatThrownBy(() -> TinyCheckpoints.describe(config))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining(message);
    }

    @Test
    void headsOfQwen3HaveASizeOfTheirOwn() throws IOException {
        JsonObject config = TinyCheckpoints.config("qwen3", "'num_key_value_heads': 1");
        assertThat(TinyCheckpoints.describe(config).values()).containsEntry("head_size", 128);
    }

    @Test
    void defaultsAreThoseOfTheFamily() throws IOException {
        JsonObject smol = TinyCheckpoints.config("smollm3", "'num_key_value_heads': 1");
        JsonObject granite = TinyCheckpoints.config("granite");
        assertThat(TinyCheckpoints.describe(smol).values()).containsEntry("theta", 2e6);
        assertThat(TinyCheckpoints.describe(granite).values())
                .containsEntry("eps", 1e-6)
                .containsEntry("scale", 1.0)
                .containsEntry("logits_scaling", "");
        assertThat(TinyCheckpoints.describe(TinyCheckpoints.config("olmo2")).values())
                .containsEntry("eps", 1e-5)
                .containsEntry("key_value_heads", 2);
    }

    /** Repositories of Phi-3 hold the code that transformers has; others may hold any. */
    @Test
    void aCopyOfTransformersCodeIsNoCodeOfTheModel() throws IOException {
        String code = "'auto_map': {'AutoModelForCausalLM': 'modeling_phi3.Phi3ForCausalLM'}";
        assertThat(CheckpointProgram.shapes(reader("phi3", code))).isNotEmpty();
        assertThatThrownBy(() -> CheckpointProgram.shapes(reader("llama", code)))
                .hasMessageContaining("auto_map is not computed here");
    }

    private static ConfigReader reader(String type, String entries) {
        return new ConfigReader(Path.of("config.json"), TinyCheckpoints.config(type, entries));
    }
}
