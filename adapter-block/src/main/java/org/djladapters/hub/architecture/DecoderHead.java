/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;

/** The common part of the descriptions of causal language models. */
final class DecoderHead {

    static final List<ModelHead> HEADS = List.of(ModelHead.CAUSAL_LM, ModelHead.SEQUENCE);

    private static final String PAD = "pad_token_id";

    private DecoderHead() {}

    /**
     * Describes how the last token of a text is found, and ties the head to the embedding of tokens
     * if the configuration, or else the default, says so. Files may hold a tied head all the same.
     */
    static ProgramSpec.Builder put(
            ProgramSpec.Builder spec,
            ConfigReader config,
            ModelHead head,
            String embedding,
            boolean tied)
            throws IOException {
        if (head == ModelHead.CAUSAL_LM && config.bool("tie_word_embeddings", tied)) {
            spec.tie("lm_head.weight", embedding);
        }
        return spec.put("pads", config.has(PAD))
                .put("pad", config.integer(PAD, 0))
                .put("logits_scaling", "");
    }
}
