/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Map;
import org.djladapters.hub.program.TinyCheckpoints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options of Gemma; what they compute is compared in the integration tests. */
class GemmaTest {

    private static final String GEMMA3 = "gemma3_text";
    private static final String KEYS = "'num_key_value_heads': 1";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "gemma2 | 'query_pre_attn_scalar': 0 | query_pre_attn_scalar is 0 where a number",
                "gemma2 | 'attn_logit_softcapping': -1 | attn_logit_softcapping is -1 where",
                "gemma2 | 'layer_types': ['full'] | layer_types is",
                "gemma2 | 'hidden_activation': 'prelu' | hidden_activation is prelu, which is not",
                "gemma3_text | 'attn_logit_softcapping': 50 | attn_logit_softcapping is not",
                "gemma3_text | 'rope_parameters': {'full_attention': {'rope_theta': 1}} |"
                        + " full_attention is not computed here",
                "gemma3_text | 'use_bidirectional_attention': true, 'architectures':"
                        + " ['Gemma3ForCausalLM'] | use_bidirectional_attention is true, which"
            })
    void nameTheEntryThatIsWrong(String type, String entries, String message) {
        JsonObject config = TinyCheckpoints.config(type, KEYS, entries);
        assertThatThrownBy(() -> TinyCheckpoints.describe(config))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining(message);
    }

    @Test
    void defaultsAreThoseOfTheGeneration() throws IOException {
        assertThat(values("gemma2"))
                .containsEntry("attention_cap", "50.0")
                .containsEntry("logits_cap", "30.0")
                .containsEntry("theta", 10000.0)
                .containsEntry("scale", 1 / 16.0)
                .containsEntry("window", 4096)
                .containsEntry("kinds", "0, 1, 0, 1, 0, 1")
                .containsEntry("turns", "0, 0, 0, 0, 0, 0");
        assertThat(values(GEMMA3))
                .containsEntry("attention_cap", "")
                .containsEntry("logits_cap", "")
                .containsEntry("theta", 1e6)
                .containsEntry("kinds", "0, 0, 0, 0, 0, 1")
                .containsEntry("turns", "1, 1, 1, 1, 1, 0");
    }

    private static Map<String, Object> values(String type) throws IOException {
        return TinyCheckpoints.describe(
                        TinyCheckpoints.config(type, KEYS, "'num_hidden_layers': 6"))
                .values();
    }
}
