/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.djladapters.data.encoding.AnswerEncoder;
import org.djladapters.data.encoding.AnswerEncoder.Encoded;
import org.djladapters.data.encoding.AnswerEncoder.Span;
import org.djladapters.data.encoding.AnswerEncoder.Window;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Questions with their contexts as batches of windows; a context that is too long has several.
 *
 * <p>The inputs of a batch of B windows are int64 arrays of shape (B, T), T being the number of
 * tokens of its longest member. The labels are the places of the first and the last token of the
 * answer, int64 of shape (B), both 0 where the window has not all of it; and what is to be added to
 * logits, float32 of shape (B, T): 0 at tokens, {@value #SHUT} at fillers.
 */
@Internal
public final class AnswerDataset extends BatchedDataset {

    /** Leaves a filler no probability that a float32 could tell from 0. */
    private static final float SHUT = -1e4f;

    private static final Logger logger = LoggerFactory.getLogger(AnswerDataset.class);

    private final List<Example> examples;
    private final TextInputs inputs;

    private AnswerDataset(
            List<Example> examples, TextInputs inputs, int batchSize, OptionalLong shuffleSeed) {
        super(examples.size(), batchSize, shuffleSeed);
        this.examples = List.copyOf(examples);
        this.inputs = inputs;
    }

    /**
     * A window.
     *
     * @param row the question in the data
     * @param encoded the question with all its windows
     * @param window this one
     * @param first the place of the first token of the answer, 0 for none
     * @param last the place of the last token, 0 for none
     */
    public record Example(int row, Encoded encoded, Window window, int first, int last) {}

    /**
     * Tokenizes data.
     *
     * @param data questions with their contexts
     * @param model the directory of the model whose tokenizer is used
     * @param inputs the names of the model's inputs in their order
     * @param maxLength the largest number of tokens of a window
     * @param stride how many tokens of the context windows share, at most half of what they have
     * @param batchSize the number of windows in a batch, at least 1; the last one may be smaller
     * @param shuffleSeed decides the order of each pass; without it the order is always the same
     * @return the dataset
     * @throws IOException if the tokenizer can't be read
     * @throws IllegalArgumentException if a question leaves no room for its context; the message
     *     says which
     */
    public static AnswerDataset of(
            AnswerData data,
            ModelDirectory model,
            List<String> inputs,
            int maxLength,
            int stride,
            int batchSize,
            OptionalLong shuffleSeed)
            throws IOException {
        requirePositive(batchSize);
        return new AnswerDataset(
                tokenize(data, model, maxLength, stride),
                TextInputs.of(model, inputs),
                batchSize,
                shuffleSeed);
    }

    private static List<Example> tokenize(
            AnswerData data, ModelDirectory model, int maxLength, int stride) throws IOException {
        List<Example> examples = new ArrayList<>(data.size());
        int lost = 0;
        try (AnswerEncoder encoder = AnswerEncoder.open(model, maxLength, stride)) {
            for (int row = 0; row < data.size(); row++) {
                List<Example> windows = windows(data, row, encoder);
                examples.addAll(windows);
                boolean answered = !data.rows().get(row).answers().isEmpty();
                if (answered && windows.stream().allMatch(window -> window.last() == 0)) {
                    lost++;
                }
            }
        }
        if (lost > 0) {
            logger.warn(
                    "{} of {} answers of '{}' are in none of their windows of {} tokens as a whole,"
                            + " so they are learned as no answer; raise the maximum length or the"
                            + " stride",
                    lost,
                    data.size(),
                    data.source(),
                    maxLength);
        }
        return examples;
    }

    private static List<Example> windows(AnswerData data, int row, AnswerEncoder encoder) {
        AnswerData.Row question = data.rows().get(row);
        Encoded encoded;
        try {
            encoded = encoder.encode(question.question(), question.context());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(data.where(row) + ": " + e.getMessage(), e);
        }
        return encoded.windows().stream()
                .map(window -> example(row, encoded, window, question.answers()))
                .toList();
    }

    private static Example example(
            int row, Encoded encoded, Window window, List<AnswerData.Reference> answers) {
        if (!answers.isEmpty()) {
            Span span = encoded.cover(answers.get(0).start(), answers.get(0).end());
            if (window.contains(span)) {
                return new Example(
                        row,
                        encoded,
                        window,
                        window.placeOf(span.first()),
                        window.placeOf(span.last()));
            }
        }
        return new Example(row, encoded, window, 0, 0);
    }

    /**
     * Returns the windows.
     *
     * @return them in the order of the data
     */
    public List<Example> examples() {
        return examples;
    }

    @Override
    int length(int row) {
        return examples.get(row).window().tokens().length();
    }

    @Override
    NDList inputs(NDManager manager, int[] rows, int passes) {
        return inputs.create(
                manager,
                Arrays.stream(rows).mapToObj(row -> examples.get(row).window().tokens()).toList());
    }

    @Override
    NDList targets(NDManager manager, int[] rows) {
        int width = Arrays.stream(rows).map(this::length).max().orElse(0);
        float[] shut = new float[rows.length * width];
        for (int i = 0; i < rows.length; i++) {
            Arrays.fill(shut, i * width + length(rows[i]), (i + 1) * width, SHUT);
        }
        return new NDList(
                manager.create(
                        Arrays.stream(rows).mapToLong(row -> examples.get(row).first()).toArray()),
                manager.create(
                        Arrays.stream(rows).mapToLong(row -> examples.get(row).last()).toArray()),
                manager.create(shut, new Shape(rows.length, width)));
    }
}
