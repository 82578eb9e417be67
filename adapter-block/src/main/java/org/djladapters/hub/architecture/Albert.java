/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.HeadConfig.Activation;

/**
 * ALBERT (Lan et al., arXiv 1909.11942): BERT whose layers share their weights, with embeddings of
 * a size of their own. An adapter of such a layer acts wherever the layer is used.
 */
final class Albert {

    private static final String GROUPS = "num_hidden_groups";
    private static final String GROUP_SIZE = "inner_group_num";

    static final Architecture ARCHITECTURE =
            new Architecture(
                    "ALBERT",
                    List.of("albert"),
                    Encoder.HEADS,
                    List.of(GROUPS, GROUP_SIZE),
                    Traits.adapting("query", "value")
                            .withClassifier(
                                    ClassifierForm.text("albert", "albert.pooler", Activation.TANH))
                            .withPooler("pooler"),
                    Albert::describe);

    private Albert() {}

    private static ProgramSpec describe(ConfigReader given, ModelHead head) throws IOException {
        ConfigReader config =
                given.withDefaults(
                        Map.of(
                                "vocab_size", 30000,
                                "embedding_size", 128,
                                "hidden_size", 4096,
                                "intermediate_size", 16384,
                                "num_hidden_layers", 12,
                                "num_attention_heads", 64,
                                "max_position_embeddings", 512,
                                "type_vocab_size", 2));
        config.require("position_embedding_type", "absolute");
        String heads = "num_attention_heads";
        return Encoder.describe("albert", "albert", config, head, "hidden_size", heads)
                .put(ProgramSpec.LAYERS, config.size(GROUPS, 1))
                .put("inner", config.size(GROUP_SIZE, 1))
                .put("depth", config.size("num_hidden_layers"))
                .put("embedding_size", config.size("embedding_size"))
                .put("intermediate_size", config.size("intermediate_size"))
                .put("types", config.size("type_vocab_size"))
                .put("relative", false)
                .put("positions_after_padding", false)
                .put("eps", config.number("layer_norm_eps", 1e-12))
                .put("activation", Activations.of(config, "hidden_act", "gelu_new"))
                .put(ProgramSpec.POOLER, head == ModelHead.SEQUENCE)
                .pools(head == ModelHead.NONE)
                .unused("pooler\\..*|" + Encoder.COUNTERS)
                .build();
    }
}
