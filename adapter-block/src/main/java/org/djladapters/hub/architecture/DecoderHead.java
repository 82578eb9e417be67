/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;

/** What the programs of causal language models have in common about their heads. */
final class DecoderHead {

    private static final String LM_HEAD = "lm_head.weight";
    private static final String PAD = "pad_token_id";

    private DecoderHead() {}

    /** Says which head a program has, and by what the last token of a text is found. */
    static void put(ProgramSpec.Builder spec, ConfigReader config, ModelHead head)
            throws IOException {
        spec.put("head", head != ModelHead.NONE)
                .put("causal", head == ModelHead.CAUSAL_LM)
                .put("sequence", head == ModelHead.SEQUENCE)
                .put("labels", Labels.count(config))
                .put("pads", config.has(PAD))
                .put("pad", config.integer(PAD, 0));
    }

    /**
     * Ties the head to the embedding of tokens where the configuration does. Files may hold the
     * head all the same.
     *
     * @param embedding the name of the embedding's weight
     * @param absent whether it is tied where the configuration says nothing
     */
    static ProgramSpec.Builder tie(
            ProgramSpec.Builder spec,
            ConfigReader config,
            ModelHead head,
            String embedding,
            boolean absent)
            throws IOException {
        if (head == ModelHead.CAUSAL_LM && config.bool("tie_word_embeddings", absent)) {
            spec.tie(LM_HEAD, embedding);
        }
        return spec;
    }
}
