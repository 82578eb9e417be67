/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;

/**
 * What the programs of text encoders have in common: their heads, and what none of them computes.
 */
final class Encoder {

    static final List<ModelHead> HEADS =
            List.of(ModelHead.SEQUENCE, ModelHead.TOKEN, ModelHead.ANSWER);

    /** Tensors without weights that older versions of transformers wrote. */
    static final String COUNTERS = "embeddings\\.(position_ids|token_type_ids)";

    private Encoder() {}

    /**
     * Starts the description of a program.
     *
     * @param program the name of the text
     * @param base the name of the module of features in a model with a head
     * @param width how many features a token has
     * @param heads how many heads of attention share them
     * @return a builder with the values that tell about attention and the head
     * @throws IOException if the configuration is of a decoder, or a layer has lost some heads
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
        int count = config.size(heads);
        if (hiddenSize % count != 0) {
            throw config.malformed(heads, "a divisor of %s (%d)".formatted(width, hiddenSize));
        }
        return ProgramSpec.builder(program, base)
                .put("hidden_size", hiddenSize)
                .put("heads", count)
                .put("head_size", hiddenSize / count)
                .put("vocab_size", config.size("vocab_size"))
                .put("positions", config.size("max_position_embeddings"))
                .put("sequence", head == ModelHead.SEQUENCE)
                .put("token", head == ModelHead.TOKEN)
                .put("answer", head == ModelHead.ANSWER)
                .put("head", head != ModelHead.NONE)
                .put("labels", Labels.count(config));
    }
}
