/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;

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
        return List.of(ModelHead.SEQUENCE, ModelHead.TOKEN, ModelHead.ANSWER);
    }

    @Override
    public ProgramSpec describe(ConfigReader config, ModelHead head) throws IOException {
        config.require("position_embedding_type", "absolute");
        config.require("is_decoder", false);
        double dropout = config.rate("hidden_dropout_prob", 0.1);
        return ProgramSpec.builder("bert", "bert")
                .put(ProgramTemplate.LAYERS, config.size("num_hidden_layers", 12))
                .put("vocab_size", config.size("vocab_size", 30522))
                .put("hidden_size", config.size("hidden_size", 768))
                .put("intermediate_size", config.size("intermediate_size", 3072))
                .put("heads", config.size("num_attention_heads", 12))
                .put("positions", config.size("max_position_embeddings", 512))
                .put("types", config.size("type_vocab_size", 2))
                .put("eps", config.number("layer_norm_eps", 1e-12))
                .put("activation", Activations.of(config, "hidden_act", "gelu"))
                .put("sequence", head == ModelHead.SEQUENCE)
                .put("token", head == ModelHead.TOKEN)
                .put("answer", head == ModelHead.ANSWER)
                .put("head", head != ModelHead.NONE)
                .put("labels", Labels.count(config))
                .put("hidden_dropout", dropout)
                .put("attention_dropout", config.rate("attention_probs_dropout_prob", 0.1))
                .put("classifier_dropout", config.rate("classifier_dropout", dropout))
                .unused("pooler\\..*|embeddings\\.position_ids")
                .build();
    }
}
