/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * BERT (Devlin et al., arXiv 1810.04805), the encoder of most embedding models: all-MiniLM, BGE,
 * E5, GTE.
 */
final class Bert implements Architecture {

    @Override
    public List<String> modelTypes() {
        return List.of("bert");
    }

    @Override
    public String name() {
        return "BERT";
    }

    @Override
    public List<ModelHead> heads() {
        return Encoder.HEADS;
    }

    @Override
    public ProgramSpec describe(ConfigReader config, ModelHead head) throws IOException {
        return like("bert", config, head)
                .put(ProgramSpec.POOLER, head == ModelHead.SEQUENCE)
                .build();
    }

    /**
     * Starts the description of a model that the program of BERT computes: BERT's, where a family
     * doesn't say otherwise.
     *
     * @param base the name of the module of features in a model with a head
     */
    static ProgramSpec.Builder like(String base, ConfigReader given, ModelHead head)
            throws IOException {
        ConfigReader config =
                given.withDefaults(
                        Map.of(
                                "vocab_size", 30522,
                                "hidden_size", 768,
                                "intermediate_size", 3072,
                                "num_hidden_layers", 12,
                                "num_attention_heads", 12,
                                "max_position_embeddings", 512,
                                "type_vocab_size", 2));
        config.require("position_embedding_type", "absolute", "relative_key", "relative_key_query");
        String positions = config.string("position_embedding_type", "absolute");
        double dropout = config.rate("hidden_dropout_prob", 0.1);
        return Encoder.describe("bert", base, config, head, "hidden_size", "num_attention_heads")
                .put(ProgramTemplate.LAYERS, config.size("num_hidden_layers"))
                .put("base", base)
                .put("embedding_size", config.size("hidden_size"))
                .put("intermediate_size", config.size("intermediate_size"))
                .put("types", config.size("type_vocab_size"))
                .put("eps", config.number("layer_norm_eps", 1e-12))
                .put("activation", Activations.of(config, "hidden_act", "gelu"))
                .put("relative", !positions.equals("absolute"))
                .put("relative_key_query", positions.equals("relative_key_query"))
                .put("distances", 2 * config.size("max_position_embeddings") - 1)
                .put("hidden_dropout", dropout)
                .put("attention_dropout", config.rate("attention_probs_dropout_prob", 0.1))
                .put("classifier_dropout", config.rate("classifier_dropout", dropout))
                .put("positions_after_padding", false)
                .put("project", false)
                .pools(head == ModelHead.NONE)
                .unused(
                        positions.equals("absolute")
                                ? "pooler\\..*|" + Encoder.COUNTERS
                                : "pooler\\..*|embeddings\\.position_embeddings\\..*|"
                                        + Encoder.COUNTERS);
    }
}
