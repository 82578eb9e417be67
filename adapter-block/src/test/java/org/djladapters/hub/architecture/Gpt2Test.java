/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class Gpt2Test {

    private static ProgramSpec describe(String json) throws IOException {
        JsonObject config = JsonParser.parseString(json.replace('\'', '"')).getAsJsonObject();
        return Gpt2.describe(new ConfigReader(Path.of("config.json"), config), ModelHead.NONE);
    }

    @Test
    void knowsBothNamesOfEntries() throws IOException {
        ProgramSpec own = describe("{'n_embd': 8, 'n_head': 2, 'n_layer': 3, 'n_positions': 16}");
        ProgramSpec usual =
                describe(
                        "{'hidden_size': 8, 'num_attention_heads': 2, 'num_hidden_layers': 3,"
                                + " 'max_position_embeddings': 16}");

        assertThat(usual.values()).isEqualTo(own.values());
        assertThat(own.values()).containsEntry("heads", 2).containsEntry("layers", 3);
    }

    @Test
    void refusesHeadsThatDoNotShareTheFeatures() {
        assertThatThrownBy(() -> describe("{'n_embd': 8, 'n_head': 3}"))
                .hasMessageContaining("n_head is 3 where a divisor of 8");
    }
}
