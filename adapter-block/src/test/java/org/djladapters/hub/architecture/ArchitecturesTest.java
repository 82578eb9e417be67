/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.djladapters.hub.program.CheckpointProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchitecturesTest {

    private static final String DECODER =
            """
            {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 8,
             "intermediate_size": 12, "num_attention_heads": 4, "num_key_value_heads": 2,
             "num_hidden_layers": 1, "vocab_size": 20, "tie_word_embeddings": %s}
            """;

    @Test
    void aConfigurationTellsTheTensorsOfACheckpoint() throws IOException {
        Map<String, Shape> shapes = shapes(DECODER.formatted(false));

        String layer = "model.layers.0.";
        assertThat(shapes)
                .hasSize(12)
                .containsEntry("model.embed_tokens.weight", new Shape(20, 8))
                .containsEntry(layer + "self_attn.k_proj.weight", new Shape(4, 8))
                .containsEntry(layer + "mlp.down_proj.weight", new Shape(8, 12))
                .containsEntry(layer + "input_layernorm.weight", new Shape(8))
                .containsEntry("lm_head.weight", new Shape(20, 8));
    }

    @Test
    void aTensorThatIsAnotherOneIsNotInACheckpoint() throws IOException {
        assertThat(shapes(DECODER.formatted(true))).hasSize(11).doesNotContainKey("lm_head.weight");
    }

    @Test
    void aModelWithoutAProgramHasNoShapes() {
        assertThatThrownBy(() -> shapes("{\"model_type\": \"bart\"}"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("config.json: model_type is 'bart'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "albert | query,value",
                "bert | query,value",
                "deberta-v2 | query_proj,value_proj",
                "distilbert | q_lin,v_lin",
                "gpt2 | c_attn",
                "llama | q_proj,v_proj",
                "mpnet | attn.q,attn.v",
                "phi3 | qkv_proj",
                "phi | q_proj,v_proj,fc1,fc2",
                "t5 | q,v",
                "vit | query,value"
            })
    void usualTargetsDependOnTheTypeOfTheModel(String modelType, String suffixes) {
        assertThat(Architectures.traits(modelType).targets()).containsExactly(suffixes.split(","));
    }

    @Test
    void nothingIsKnownOfOtherTypes() {
        assertThat(Architectures.traits("resnet").targets()).isEmpty();
        assertThat(Architectures.traits("resnet").classifier()).isEmpty();
    }

    @Test
    void aFamilyWithAProgramIsDescribedInOnePlace() {
        for (Architecture family : Architectures.all()) {
            assertThat(family.modelTypes())
                    .allSatisfy(
                            type -> {
                                assertThat(ExportedFamilies.TRAITS).doesNotContainKey(type);
                                assertThat(Architectures.traits(type)).isEqualTo(family.traits());
                            });
        }
    }

    private static Map<String, Shape> shapes(String config) throws IOException {
        return CheckpointProgram.shapes(
                new ConfigReader(
                        Path.of("config.json"), JsonParser.parseString(config).getAsJsonObject()));
    }
}
