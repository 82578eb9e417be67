/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.djladapters.data.encoding.PromptEncoder;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.kind.LabelTask;
import org.djladapters.task.kind.LanguageModel;

/**
 * Lets a causal language model continue prompts, with whatever adapters are active or merged.
 *
 * <p>Decoding is greedy: the next token is that of the largest logit, until the model's end token
 * ({@code eos_token_id} of its configuration). Prompts of a batch are filled up at the right, which
 * changes nothing for a causal model. Exports have no cache of keys and values, so every new token
 * costs a pass over its whole text: a text of T tokens takes T passes. That suits short answers and
 * measurements; where long texts are served, export the merged model to a server of its kind.
 *
 * <p>A generator may be used while adapters are switched: every token is computed with what is
 * active then.
 */
public final class TextGenerator implements AutoCloseable {

    private static final int BATCH_SIZE = 32;

    private final LanguageModel model;
    private final PromptEncoder encoder;
    private final int maxLength;

    private TextGenerator(LanguageModel model, PromptEncoder encoder, int maxLength) {
        this.model = model;
        this.encoder = encoder;
        this.maxLength = maxLength;
    }

    /**
     * Prepares a model.
     *
     * @param model a model opened from a directory with its tokenizer; it is not closed
     * @return a generator
     * @throws IOException if the model's description or tokenizer can't be read
     * @throws IllegalArgumentException if the model gives no logits for the next token
     */
    public static TextGenerator open(AdaptedModel model) throws IOException {
        LanguageModel language = LanguageModel.of(model);
        language.check();
        int maxLength = TextEncoder.maxLength(LabelTask.directory(model), OptionalInt.empty());
        return new TextGenerator(
                language, PromptEncoder.open(LabelTask.directory(model)), maxLength);
    }

    /**
     * Continues prompts.
     *
     * @param prompts the texts to go on from
     * @param maxNewTokens the largest number of tokens that are added to each
     * @return what the model adds to each, in their order, without special tokens
     * @throws IllegalArgumentException if a prompt leaves no room for so many tokens; the message
     *     says which
     * @throws ArithmeticException if the model's outputs are not finite
     */
    public List<String> generate(List<String> prompts, int maxNewTokens) {
        if (maxNewTokens < 1) {
            throw new IllegalArgumentException(
                    "The number of new tokens must be at least 1, got " + maxNewTokens);
        }
        List<int[]> tokens = prompts.stream().map(encoder::prompt).toList();
        for (int i = 0; i < tokens.size(); i++) {
            requireRoom(i, tokens.get(i).length, maxNewTokens);
        }
        int[] limits = new int[tokens.size()];
        Arrays.fill(limits, maxNewTokens);
        return model.generate(tokens, limits, BATCH_SIZE).stream().map(encoder::text).toList();
    }

    private void requireRoom(int index, int length, int maxNewTokens) {
        if (length == 0) {
            throw new IllegalArgumentException("Prompt %d has no tokens".formatted(index + 1));
        }
        if (length + maxNewTokens > maxLength) {
            throw new IllegalArgumentException(
                    ("Prompt %d has %d tokens, which with %d new ones is more than the %d that the"
                                    + " model takes; shorten it or ask for fewer")
                            .formatted(index + 1, length, maxNewTokens, maxLength));
        }
    }

    /** Releases the tokenizer. */
    @Override
    public void close() {
        encoder.close();
    }
}
