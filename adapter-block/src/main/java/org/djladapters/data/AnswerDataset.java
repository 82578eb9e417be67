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
import org.djladapters.data.encoding.AnswerEncoder;
import org.djladapters.data.encoding.AnswerEncoder.Encoded;
import org.djladapters.data.encoding.AnswerEncoder.Span;
import org.djladapters.data.encoding.AnswerEncoder.Window;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.io.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Questions with their contexts as batches of windows; a context that is too long has several.
 *
 * <p>The labels of a batch of B windows are the places of the first and the last token of the
 * answer, int64 of shape (B), both 0 where the window does not have all of it; and the numbers that
 * are added to logits, float32 of shape (B, T): 0 at tokens, {@value #SHUT} at fillers.
 */
@Internal
public final class AnswerDataset extends TokenizedDataset {

    /** Leaves a filler no probability that a float32 could tell from 0. */
    private static final float SHUT = -1e4f;

    private static final Logger logger = LoggerFactory.getLogger(AnswerDataset.class);

    private final List<Example> examples;

    private AnswerDataset(Builder builder, List<Example> examples) throws IOException {
        super(builder, examples.size());
        this.examples = examples;
    }

    /** Creates a builder. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A window.
     *
     * @param first the place of the first token of the answer, 0 for none
     * @param last the place of the last token, 0 for none
     */
    public record Example(int row, Encoded encoded, Window window, int first, int last) {}

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

    /** Returns the windows in the order of the data. */
    public List<Example> examples() {
        return examples;
    }

    @Override
    List<TextEncoder.Tokens> sequences(int row) {
        return List.of(examples.get(row).window().tokens());
    }

    @Override
    NDList targets(NDManager manager, int[] rows) {
        int width = width(rows);
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

    /** Tokenizes questions and contexts. */
    public static final class Builder extends TokenizedDataset.BaseBuilder<AnswerData, Builder> {

        private int stride = AnswerEncoder.DEFAULT_STRIDE;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets how many tokens of the context windows share (default {@value
         * AnswerEncoder#DEFAULT_STRIDE}), at most half of those that they have.
         */
        public Builder optStride(int stride) {
            this.stride = stride;
            return this;
        }

        /**
         * Tokenizes the questions.
         *
         * @throws IllegalArgumentException if a question leaves no room for its context; the
         *     message says which
         */
        public AnswerDataset build() throws IOException {
            requireSet();
            int maxLength = limit();
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
                        "{} of {} answers of '{}' are in none of their windows of {} tokens as a"
                                + " whole, so they are learned as no answer; raise the maximum"
                                + " length or the stride",
                        lost,
                        data.size(),
                        data.source(),
                        maxLength);
            }
            return new AnswerDataset(this, List.copyOf(examples));
        }
    }
}
