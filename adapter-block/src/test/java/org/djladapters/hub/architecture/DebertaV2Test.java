/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Options of DeBERTa are honoured or refused by name; what they compute is compared with
 * transformers in the integration tests.
 */
class DebertaV2Test {

    private static final String SMALL = "\"hidden_size\": 8, \"num_attention_heads\": 2, ";

    @Test
    void takesTransformersSizesWhereTheConfigurationHasNone() throws IOException {
        Map<String, Object> values = values("", ModelHead.NONE);

        assertThat(values)
                .containsEntry("vocab_size", 128100)
                .containsEntry("hidden_size", 1536)
                .containsEntry("embedding_size", 1536)
                .containsEntry("layers", 24)
                .containsEntry("heads", 24)
                .containsEntry("intermediate_size", 6144)
                .containsEntry("max_positions", 512)
                .containsEntry("positions", true)
                .containsEntry("types", false)
                .containsEntry("biased", false)
                .containsEntry("convolution", false);
    }

    @ParameterizedTest
    @CsvSource({"null, 0.5", "'[\"c2p\"]', 0.35355", "'\"p2c|C2P\"', 0.28868"})
    void dividesProductsByTheRootOfTheirNumberToo(String kinds, double scale) throws IOException {
        String entry = SMALL + "\"relative_attention\": true, \"pos_att_type\": " + kinds;

        Map<String, Object> values = values(entry, ModelHead.NONE);

        assertThat((Double) values.get("scale")).isBetween(scale - 1e-5, scale + 1e-5);
        assertThat(values).containsEntry("biased", !kinds.equals("null"));
    }

    @Test
    void countsDistancesInBucketsIfThereAreAny() throws IOException {
        String sizes = SMALL + "\"max_position_embeddings\": 33, ";

        assertThat(values(sizes + "\"position_buckets\": 8", ModelHead.NONE))
                .containsEntry("buckets", true)
                .containsEntry("span", 8)
                .containsEntry("middle", 4)
                .containsEntry("log_base", 8.0);
        assertThat(values(sizes + "\"max_relative_positions\": -1", ModelHead.NONE))
                .containsEntry("buckets", false)
                .containsEntry("span", 33);
        assertThat(values(sizes + "\"max_relative_positions\": 7", ModelHead.NONE))
                .containsEntry("span", 7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "num_attention_heads: 3 | num_attention_heads is 3 where a divisor of 8",
                "attention_head_size: 3 | attention_head_size is 3, which is not computed here",
                "position_buckets: 1 | position_buckets is 1 where at least 2, or -1 for none is"
                        + " expected",
                "conv_kernel_size: 4 | conv_kernel_size is 4 where an odd number, or 0 for none is"
                        + " expected",
                "conv_groups: 3 | conv_groups is 3 where a divisor of hidden_size 8",
                "conv_act: 'x' | conv_act is x, which is not computed here",
                "hidden_act: 'x' | hidden_act is x, which is not computed here",
                "pooler_hidden_size: 6 | pooler_hidden_size is 6, which is not computed here",
                "pooler_hidden_act: 'x' | pooler_hidden_act is x, which is not computed here",
                "pos_att_type: 3 | pos_att_type is 3 where a list of strings is expected",
                "share_att_key: 1 | share_att_key is 1 where true or false is expected",
                "norm_rel_ebd: true | norm_rel_ebd is true where a string is expected"
            })
    void refusesWhatItDoesNotCompute(String entry, String message) {
        assertThatThrownBy(
                        () -> values(SMALL + "'hidden_act': 'gelu', " + entry, ModelHead.SEQUENCE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining(message);
    }

    private static Map<String, Object> values(String entries, ModelHead head) throws IOException {
        ConfigReader config =
                new ConfigReader(
                        Path.of("config.json"),
                        JsonParser.parseString("{" + entries + "}").getAsJsonObject());
        return DebertaV2.describe(config, head).values();
    }
}
