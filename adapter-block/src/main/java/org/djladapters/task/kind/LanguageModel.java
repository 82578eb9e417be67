/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.djladapters.data.encoding.BatchOrder;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.access.ModelOutputs;

/**
 * An adapted model that gives logits for the next token at every place of a text.
 *
 * @param model the model
 * @param inputs how tokens become its inputs
 * @param endToken the token that ends a text, if there is one
 */
public record LanguageModel(AdaptedModel model, TextInputs inputs, OptionalInt endToken) {

    private static final String LOGITS = "logits";

    public static LanguageModel of(AdaptedModel model) throws IOException {
        ModelDirectory directory = LabelTask.directory(model);
        return new LanguageModel(
                model, TextInputs.of(directory, model.inputNames()), directory.endTokenId());
    }

    /**
     * Refuses a model that is none for causal language, by a pass over two short texts that differ
     * in their last token.
     *
     * @throws IllegalArgumentException if it gives no logits for every place, or they depend on
     *     later tokens
     */
    public void check() {
        List<TextEncoder.Tokens> texts =
                List.of(new TextEncoder.Tokens(1, 1, 1, 1), new TextEncoder.Tokens(1, 1, 1, 2));
        AdaptedModel.Scope baseOnly = model.disable();
        try (baseOnly;
                NDManager scope = model.model().getNDManager().newSubManager()) {
            NDList outputs = model.predict(inputs.create(scope, texts));
            boolean named = outputs.stream().anyMatch(output -> LOGITS.equals(output.getName()));
            NDArray logits = ModelOutputs.logits(outputs);
            if (!named || logits.getShape().dimension() != 3) {
                throw new IllegalArgumentException(
                        ("The model returns an array %s of shape %s, not logits for the next token"
                                        + " at every position of a text; export it with the task"
                                        + " text-generation")
                                .formatted(outputs.get(0).getName(), logits.getShape()));
            }
            NDArray before = logits.get(new NDIndex(":, :3"));
            if (!before.get(0).allClose(before.get(1), 1e-3, 1e-3, false)) {
                throw new IllegalArgumentException(
                        "The model's logits depend on later tokens, so it is no causal language"
                                + " model; take one whose architecture ends in ForCausalLM");
            }
        }
    }

    /**
     * Continues prompts by the token of the largest logit, one at a time, until the end token.
     *
     * <p>Exports have no cache of keys and values: every new token costs a pass over its whole
     * text.
     *
     * @param prompts the tokens of each, at least one
     * @param limits the largest number of new tokens of each
     * @param batchSize how many are continued at once
     * @return the new tokens of each, without the end token
     * @throws ArithmeticException if the model's outputs are not finite
     */
    public List<int[]> generate(List<int[]> prompts, int[] limits, int batchSize) {
        List<Answer> answers = new ArrayList<>(prompts.size());
        for (int i = 0; i < limits.length; i++) {
            answers.add(new Answer(prompts.get(i), limits[i]));
        }
        int[] lengths = prompts.stream().mapToInt(prompt -> prompt.length).toArray();
        for (int[] rows : BatchOrder.byLength(lengths, batchSize)) {
            complete(Arrays.stream(rows).mapToObj(answers::get).toList());
        }
        return answers.stream().map(Answer::tokens).toList();
    }

    private void complete(List<Answer> batch) {
        List<Answer> open = batch.stream().filter(Answer::isOpen).toList();
        while (!open.isEmpty()) {
            int[] next = next(open.stream().map(Answer::text).toList());
            for (int i = 0; i < next.length; i++) {
                open.get(i).append(next[i]);
            }
            open = open.stream().filter(Answer::isOpen).toList();
        }
    }

    /** Returns the likeliest next token of each text. */
    private int[] next(List<TextEncoder.Tokens> texts) {
        try (NDManager scope = model.model().getNDManager().newSubManager()) {
            NDArray logits = ModelOutputs.logits(model.predict(inputs.create(scope, texts)));
            long width = logits.getShape().get(1);
            long[] ends = new long[texts.size()];
            for (int row = 0; row < ends.length; row++) {
                ends[row] = row * width + texts.get(row).length() - 1;
            }
            NDArray last = TokenLoss.rows(logits, scope.create(ends));
            ModelOutputs.requireFinite(last);
            return TextEncoder.toInts(last.argMax(1).toLongArray());
        }
    }

    /** A text that begins with a prompt and grows. */
    private final class Answer {

        private final int promptLength;
        private final int[] text;
        private int length;
        private boolean ended;

        Answer(int[] prompt, int limit) {
            promptLength = prompt.length;
            text = Arrays.copyOf(prompt, prompt.length + limit);
            length = prompt.length;
        }

        boolean isOpen() {
            return !ended && length < text.length;
        }

        void append(int token) {
            ended = endToken.isPresent() && token == endToken.getAsInt();
            if (!ended) {
                text[length++] = token;
            }
        }

        TextEncoder.Tokens text() {
            return new TextEncoder.Tokens(Arrays.copyOf(text, length));
        }

        /** The new tokens without the end token. */
        int[] tokens() {
            return Arrays.copyOfRange(text, promptLength, length);
        }
    }
}
