/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;

/** The common part of the descriptions of text encoders. */
final class Encoder {

    static final List<ModelHead> HEADS =
            List.of(ModelHead.SEQUENCE, ModelHead.TOKEN, ModelHead.ANSWER);

    static final List<String> LAYERS = List.of("num_hidden_layers");

    /** Tensors without weights that older versions of transformers wrote. */
    static final String COUNTERS = "embeddings\\.(position_ids|token_type_ids)";

    private Encoder() {}

    /**
     * Starts the description of a program with the sizes of its attention, which two fields tell:
     * the width of a token, and the number of heads that share it. Decoders are refused.
     */
    static ProgramSpec.Builder describe(
            String program,
            String base,
            ConfigReader config,
            ModelHead head,
            String width,
            String heads)
            throws IOException {
        config.require("is_decoder", false);
        config.require("add_cross_attention", false);
        config.requireAbsent("pruned_heads", "layers that have all their heads are");
        int hiddenSize = config.size(width);
        int count = config.heads(heads, hiddenSize, 1);
        return ProgramSpec.builder(program, base, config, head)
                .put("hidden_size", hiddenSize)
                .put("heads", count)
                .put("head_size", hiddenSize / count)
                .put("vocab_size", config.size("vocab_size"))
                .put("tasks", false)
                .put("positions", config.size("max_position_embeddings"));
    }
}
