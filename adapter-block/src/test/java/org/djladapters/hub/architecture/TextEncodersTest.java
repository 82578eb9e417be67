/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.djladapters.hub.program.TinyCheckpoints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Options of text encoders are honoured or refused by name; what they compute is compared with
 * transformers in the integration tests.
 */
class TextEncodersTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bert",
                "roberta",
                "xlm-roberta",
                "camembert",
                "distilbert",
                "electra",
                "mpnet",
                "modernbert",
                "nomic_bert",
                "gte",
                "albert"
            })
    void refuseWhatTheyDoNotCompute(String type) {
        String heads = type.equals("distilbert") ? "n_heads" : "num_attention_heads";
        String act =
                switch (type) {
                    case "distilbert" -> "activation";
                    case "modernbert" -> "hidden_activation";
                    default -> "hidden_act";
                };
        JsonObject decoder = TinyCheckpoints.config(type, "'is_decoder': true");
        JsonObject cross = TinyCheckpoints.config(type, "'add_cross_attention': true");
        JsonObject pruned = TinyCheckpoints.config(type, "'pruned_heads': {'0': [1]}");
        JsonObject prelu = TinyCheckpoints.config(type, "'%s': 'prelu'".formatted(act));
        JsonObject uneven = TinyCheckpoints.config(type, "'%s': 3".formatted(heads));
        if (type.equals("distilbert")) {
            removeOtherNames(decoder, cross, pruned, prelu, uneven);
        }

        assertRefused(decoder, "is_decoder is true, which is not computed here");
        assertRefused(cross, "add_cross_attention is true, which is not computed here");
        assertRefused(pruned, "pruned_heads is not computed here");
        assertRefused(prelu, act + " is prelu, which is not computed here");
        assertRefused(uneven, heads + " is 3 where a divisor of");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "bert | 'position_embedding_type': 'alibi' | position_embedding_type is alibi",
                "bert | 'type_vocab_size': 0 | type_vocab_size is 0 where",
                "bert | 'hidden_act': null, 'layer_norm_eps': 'small' | layer_norm_eps is",
                "bert | 'id2label': {} | id2label is {} where an object of labels is",
                "roberta | 'pad_token_id': 1.5 | pad_token_id is 1.5 where a whole number",
                "electra | 'embedding_size': '4' | embedding_size is",
                "mpnet | 'relative_attention_num_buckets': 16 | num_buckets is 16",
                "albert | 'position_embedding_type': 'relative_key' | what is computed is absolute",
                "albert | 'num_hidden_groups': 0 | num_hidden_groups is 0 where",
                "albert | 'inner_group_num': 'two' | inner_group_num is",
                "t5 | 'architectures': ['T5Model'] | T5ForConditionalGeneration and the encoder",
                "t5 | 'architectures': ['T5ForConditionalGeneration'], 'num_decoder_layers': 0 | is"
                        + " 0",
                "deberta | 'talking_head': true | talking_head is true, which is not computed here",
                "t5 | 'is_decoder': true | is_decoder is true, which is not computed here",
                "t5 | 'pruned_heads': {'0': [1]} | pruned_heads is not computed here",
                "t5 | 'feed_forward_proj': 'gated-silu-2' | feed_forward_proj is",
                "t5 | 'dense_act_fn': 'prelu' | dense_act_fn is prelu",
                "t5 | 'relative_attention_num_buckets': 3 | num_buckets is 3 where",
                "t5 | 'relative_attention_max_distance': 8 | max_distance is 8 where",
                "modernbert | 'classifier_pooling': 'max' | is computed is cls or mean",
                "modernbert | 'classifier_activation': 'prelu' | classifier_activation is prelu",
                "modernbert | 'local_attention': 0 | local_attention is 0 where",
                "modernbert | 'num_attention_heads': 8 | heads with an even number of features",
                "modernbert | 'head_dim': 8 | head_dim is 8, which is not computed here",
                "modernbert | 'rope_scaling': {'type': 'linear', 'factor': 2} | type is linear",
                "modernbert | 'rope_parameters': {'full_attention': {'rope_type': 'yarn'}} | yarn",
                "modernbert | 'partial_rotary_factor': 0.5 | partial_rotary_factor is 0.5",
                "modernbert | 'layer_types': ['full_attention', 'full_attention'] | 1 layers",
                "modernbert | 'layer_types': ['chunked'] | full_attention and sliding_attention",
                "modernbert | 'local_rope_theta': -1 | local_rope_theta is -1 where",
                "gte | 'rope_parameters': {'rope_type': 'dynamic', 'factor': 2} | is dynamic",
                "gte | 'num_attention_heads': 8 | heads with an even number of features",
                "nomic_bert | 'head_dim': 8 | head_dim is 8, which is not computed here",
                "nomic_bert | 'n_embd': 8, 'prenorm': true | prenorm is true, which is not",
                "nomic_bert | 'n_embd': 8, 'rotary_scaling_factor': 2 | rotary_scaling_factor is",
                "nomic_bert | 'n_embd': 8, 'qkv_proj_bias': true | qkv_proj_bias is true"
            })
    void nameTheEntryThatIsWrong(String type, String entry, String message) {
        assertRefused(TinyCheckpoints.config(type, entry), message);
    }

    @Test
    void takeTheSizesOfTheirFamilyWhereTheConfigurationHasNone() throws IOException {
        assertThat(valueOf("bert", "vocab_size")).isEqualTo(30522);
        assertThat(valueOf("roberta", "vocab_size")).isEqualTo(50265);
        assertThat(valueOf("camembert", "vocab_size")).isEqualTo(30522);
        assertThat(valueOf("electra", "embedding_size")).isEqualTo(128);
        assertThat(valueOf("electra", "hidden_size")).isEqualTo(256);
        assertThat(valueOf("distilbert", "layers")).isEqualTo(6);
        assertThat(valueOf("mpnet", "vocab_size")).isEqualTo(30527);
        assertThat(valueOf("t5", "gated")).isEqualTo(false);
        assertThat(valueOf("mt5", "activation")).isEqualTo("__torch__.activations.gelu_tanh");
        assertThat(valueOf("mt5", "layers")).isEqualTo(8);
        assertThat(valueOf("albert", "depth")).isEqualTo(12);
        assertThat(valueOf("albert", "layers")).isEqualTo(1);
        assertThat(valueOf("nomic_bert", "theta")).isEqualTo(1000.0);
        assertThat(valueOf("gte", "theta")).isEqualTo(160000.0);
        assertThat(valueOf("modernbert", "layers")).isEqualTo(22);
        assertThat(valueOf("modernbert", "reach")).isEqualTo(64);
    }

    @ParameterizedTest
    @CsvSource({
        "t5, true, 4.57.6, true, false",
        "t5, false, 4.57.6, false, false",
        "mt5, true, 4.57.6, true, false",
        "mt5, true, 5.24.0, false, true",
        "mt5, false, 4.57.6, false, false",
    })
    void readT5sHeadAsTheVersionOfTransformersMeansIt(
            String type, boolean tied, String version, boolean scaled, boolean yields)
            throws IOException {
        String entries =
                "'architectures': ['%sForConditionalGeneration'], 'tie_word_embeddings': %s,"
                        + " 'transformers_version': '%s'";
        ProgramSpec spec =
                TinyCheckpoints.describe(
                        TinyCheckpoints.config(
                                type,
                                entries.formatted(type.toUpperCase(Locale.ROOT), tied, version)));

        assertThat(spec.values()).containsEntry("scaled", scaled);
        assertThat(spec.tied().isEmpty()).isEqualTo(!tied);
        assertThat(spec.yields()).isEqualTo(yields);
    }

    @Test
    void readDistilBertsSizesUnderBothNames() throws IOException {
        JsonObject config = TinyCheckpoints.config("distilbert", "'dim': 99, 'n_heads': 98");

        assertThat(TinyCheckpoints.describe(config).values())
                .containsEntry("hidden_size", 8)
                .containsEntry("heads", 2);
        removeOtherNames(config);
        config.addProperty("n_heads", 11);
        assertThat(TinyCheckpoints.describe(config).values())
                .containsEntry("hidden_size", 99)
                .containsEntry("heads", 11);
    }

    @Test
    void readModernBertsLayersUnderOldAndNewNames() throws IOException {
        JsonObject old =
                TinyCheckpoints.config(
                        "modernbert",
                        "'num_hidden_layers': 3, 'global_attn_every_n_layers': 2",
                        "'global_rope_theta': 7, 'local_rope_theta': null");
        JsonObject current =
                TinyCheckpoints.config(
                        "modernbert",
                        "'num_hidden_layers': 3",
                        "'layer_types': ['full_attention', 'sliding_attention', 'full_attention']",
                        "'rope_parameters': {'full_attention': {'rope_theta': 7},"
                                + " 'sliding_attention': {'rope_theta': 7}}");

        for (JsonObject config : List.of(old, current)) {
            assertThat(TinyCheckpoints.describe(config).values())
                    .containsEntry("local", List.of(0, 1, 0))
                    .containsEntry("global_theta", 7.0)
                    .containsEntry("local_theta", 7.0);
        }
    }

    @Test
    void openCheckpointsOfPretrainingAsFeatures() throws IOException {
        for (String name :
                List.of("BertModel", "BertForMaskedLM", "BertForPreTraining", "BertLMModel")) {
            JsonObject config =
                    TinyCheckpoints.config("bert", "'architectures': ['%s']".formatted(name));

            assertThat(TinyCheckpoints.describe(config).values()).containsEntry("head", false);
        }
        assertThat(TinyCheckpoints.describe(TinyCheckpoints.config("bert")).values())
                .containsEntry("head", false);
    }

    @Test
    void countLabels() throws IOException {
        assertThat(labels("'num_labels': 5")).isEqualTo(5);
        assertThat(labels("'id2label': {'0': 'a', '1': 'b', '2': 'c'}, 'num_labels': 5"))
                .isEqualTo(3);
        assertThat(labels("'id2label': null")).isEqualTo(2);
    }

    private static Object labels(String entries) throws IOException {
        return TinyCheckpoints.describe(TinyCheckpoints.config("bert", entries))
                .values()
                .get("labels");
    }

    private static Object valueOf(String type, String name) throws IOException {
        JsonObject config = new JsonObject();
        config.addProperty("model_type", type);
        return TinyCheckpoints.describe(config).values().get(name);
    }

    private static void removeOtherNames(JsonObject... configs) {
        for (JsonObject config : configs) {
            List.of("hidden_size", "num_attention_heads", "num_hidden_layers")
                    .forEach(config::remove);
        }
    }

    private static void assertRefused(JsonObject config, String message) {
        assertThatThrownBy(() -> TinyCheckpoints.describe(config))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining(message);
    }
}
