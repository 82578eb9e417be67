/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import java.io.IOException;
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
}
