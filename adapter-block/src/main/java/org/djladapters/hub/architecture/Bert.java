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
 * BERT (Devlin et al., arXiv 1810.04805), the encoder of most embedding models: all-MiniLM, BGE,
 * E5, GTE.
 */
final class Bert {

    static final Architecture ARCHITECTURE = family("BERT", "bert");

    /** ERNIE (Sun et al., arXiv 1904.09223 and 2107.02137): BERT with embeddings of tasks. */
    static final Architecture ERNIE = family("ERNIE", "ernie");

    private Bert() {}

    private static Architecture family(String name, String type) {
        return new Architecture(
                name,
                List.of(type),
                Encoder.HEADS,
                Encoder.LAYERS,
                Traits.adapting("query", "value")
                        .withClassifier(
                                ClassifierForm.text(type, type + ".pooler.dense", Activation.TANH))
                        .withPooler("pooler.dense"),
                Bert::describe);
    }

    private static ProgramSpec describe(ConfigReader config, ModelHead head) throws IOException {
        String type = config.string("model_type", "");
        boolean tasks = type.equals("ernie") && config.bool("use_task_id", false);
        return like(type, config, head)
                .put(ProgramSpec.POOLER, head == ModelHead.SEQUENCE)
                .put("tasks", tasks)
                .put("task_types", config.size("task_type_vocab_size", 3))
                .build();
    }

    /**
     * Starts the description of a model that the program of BERT computes, with values of BERT
     * where a family has no others. The base is the module of features in a model with a head.
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
        boolean relative = !positions.equals("absolute");
        double dropout = config.rate("hidden_dropout_prob", 0.1);
        return Encoder.describe("bert", base, config, head, "hidden_size", "num_attention_heads")
                .put(ProgramSpec.LAYERS, config.size("num_hidden_layers"))
                .put("base", base)
                .put("embedding_size", config.size("hidden_size"))
                .put("intermediate_size", config.size("intermediate_size"))
                .put("types", config.size("type_vocab_size"))
                .put("eps", config.number("layer_norm_eps", 1e-12))
                .put("activation", Activations.of(config, "hidden_act", "gelu"))
                .put("relative", relative)
                .put("relative_key_query", positions.equals("relative_key_query"))
                .put("distances", 2 * config.size("max_position_embeddings") - 1)
                .put("hidden_dropout", dropout)
                .put("attention_dropout", config.rate("attention_probs_dropout_prob", 0.1))
                .put("classifier_dropout", config.rate("classifier_dropout", dropout))
                .put("positions_after_padding", false)
                .put("project", false)
                .pools(head == ModelHead.NONE)
                .unused(
                        "pooler\\..*|"
                                + (relative ? "embeddings\\.position_embeddings\\..*|" : "")
                                + Encoder.COUNTERS);
    }
}
