/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import java.util.List;
import org.djladapters.generation.GenerationOptions;
import org.djladapters.generation.TextGenerator;

/**
 * Prompts that are to be answered or continued.
 *
 * @param adapter the name of the adapter, null for the base model
 * @param prompts at least one
 * @param options how texts are written
 * @param mostNewTokens the largest number of tokens of a text where the options leave it open
 */
record TextRequest(
        String adapter, List<Prompt> prompts, GenerationOptions options, int mostNewTokens) {

    TextRequest {
        prompts = List.copyOf(prompts);
    }

    /** A text or a conversation. */
    @FunctionalInterface
    interface Prompt {

        /**
         * Returns the tokens that a model goes on from.
         *
         * @throws IllegalArgumentException if the model has no chat template, or it refuses this
         */
        int[] tokens(TextGenerator generator);
    }

    /** Takes the pieces of texts while they grow. */
    @FunctionalInterface
    interface Listener {

        /** Takes the next piece of the text of a prompt, and tells whether more is wanted. */
        boolean accept(int prompt, String piece);
    }
}
