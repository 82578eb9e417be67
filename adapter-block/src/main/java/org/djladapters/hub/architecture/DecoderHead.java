/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;

/** The common part of the descriptions of causal language models. */
public final class DecoderHead {

    /** The entry with the token whose logit is the score of a text that a model judges. */
    public static final String YES = "djladapters_yes_token";

    /** The entry with the token whose logit is taken from it. */
    public static final String NO = "djladapters_no_token";

    static final List<ModelHead> HEADS = List.of(ModelHead.CAUSAL_LM, ModelHead.SEQUENCE);

    private static final String PAD = "pad_token_id";

    private static final String KEY_VALUE_HEADS = "num_key_value_heads";
    private static final String SIZE = "head_dim";

    private DecoderHead() {}

    /**
     * Reads how many heads of keys and values there are, which the same number of queries share.
     *
     * @param heads the number of heads of queries
     * @param few whether there are fewer than those if nothing is said: then it has to be said
     */
    static int keyValueHeads(ConfigReader config, int heads, boolean few) throws IOException {
        int count =
                config.declares(KEY_VALUE_HEADS) || !few
                        ? config.size(KEY_VALUE_HEADS, heads)
                        : config.size(KEY_VALUE_HEADS);
        if (heads % count != 0) {
            throw config.wrong(KEY_VALUE_HEADS, "a divisor of num_attention_heads, " + heads + ",");
        }
        return count;
    }

    /** Reads how many features a head has, which are turned in pairs. */
    static int size(ConfigReader config, int absent) throws IOException {
        int size = config.size(SIZE, absent);
        if (size % 2 != 0) {
            throw config.wrong(SIZE, "an even number");
        }
        return size;
    }

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
        String vocabulary = "vocab_size";
        for (String token : List.of(YES, NO)) {
            if (config.integer(token, 0) >= config.integer(vocabulary, Integer.MAX_VALUE)) {
                throw config.wrong(vocabulary, "more than the number of the token that judges");
            }
        }
        return spec.put("pads", config.has(PAD))
                .put("judges", config.has(YES))
                .put("yes", config.integer(YES, 0))
                .put("no", config.has(NO) ? Integer.toString(config.integer(NO, 0)) : "")
                .put("pad", config.integer(PAD, 0))
                .put("logits_scaling", "")
                .put("logits_cap", "");
    }
}
