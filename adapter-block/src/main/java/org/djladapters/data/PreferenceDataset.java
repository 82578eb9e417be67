/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.djladapters.data.encoding.TextEncoder;

/**
 * Preferences as batches for a language model.
 *
 * <p>The B pairs of a batch are 2B sequences of a {@link PromptDataset}: that of the response which
 * is preferred, and behind it that of the other one. The labels are its places and tokens, N of
 * each, and a float32 array of shape (B, N) that adds up what belongs to a pair: 1 for a token of
 * the preferred response, -1 for one of the other, 0 for those of other pairs. The last label,
 * float32 of shape (B), is how much more probable the reference finds the preferred response: the
 * difference of the logarithms.
 */
public final class PreferenceDataset extends TokenizedDataset {

    private final PromptDataset responses;
    private double[] reference;

    private PreferenceDataset(Builder builder, PromptDataset responses) throws IOException {
        super(builder, responses.size() / 2);
        this.responses = responses;
        this.reference = new double[size()];
    }

    /**
     * Creates a builder.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns how much more probable the reference finds the preferred response of a pair.
     *
     * @param row the pair, from 0
     * @return the difference of the logarithms of the probabilities
     */
    public double reference(int row) {
        return reference[row];
    }

    /**
     * Counts the tokens of all responses that are preferred.
     *
     * @return their number
     */
    public long chosenTokens() {
        return IntStream.range(0, size())
                .mapToLong(row -> responses.examples().get(2 * row).response().length)
                .sum();
    }

    /** Returns the sequences of some pairs. */
    private static int[] both(int... rows) {
        return Arrays.stream(rows).flatMap(row -> IntStream.of(2 * row, 2 * row + 1)).toArray();
    }

    @Override
    int length(int row) {
        return Math.max(responses.length(2 * row), responses.length(2 * row + 1));
    }

    @Override
    List<TextEncoder.Tokens> sequences(int row) {
        return Arrays.stream(both(row))
                .mapToObj(responses::sequences)
                .flatMap(List::stream)
                .toList();
    }

    @Override
    NDList inputs(NDManager manager, int[] rows, int passes) {
        return responses.inputs(manager, both(rows), passes);
    }

    @Override
    NDList targets(NDManager manager, int[] rows) {
        NDList targets = responses.targets(manager, both(rows));
        int tokens = Math.toIntExact(targets.get(0).size());
        float[] signs = new float[rows.length * tokens];
        int next = 0;
        for (int i = 0; i < rows.length; i++) {
            for (int side : both(rows[i])) {
                int end = next + responses.examples().get(side).learned();
                float sign = side % 2 == 0 ? 1 : -1;
                Arrays.fill(signs, i * tokens + next, i * tokens + end, sign);
                next = end;
            }
        }
        targets.add(manager.create(signs, new Shape(rows.length, tokens)));
        float[] differences = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            differences[i] = (float) reference[rows[i]];
        }
        targets.add(manager.create(differences));
        return targets;
    }

    /** Tokenizes prompts and their responses. */
    public static final class Builder
            extends TokenizedDataset.ResponseBuilder<PreferenceData, Builder> {

        private Function<PreferenceDataset, double[]> reference;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets what computes how much more probable the reference finds the preferred responses
         * (default: it finds both equally probable).
         *
         * @param reference returns a number for every pair of a dataset
         * @return this builder
         */
        public Builder optReference(Function<PreferenceDataset, double[]> reference) {
            this.reference = reference;
            return this;
        }

        /**
         * Tokenizes the prompts and responses.
         *
         * @return the dataset
         * @throws IOException if the tokenizer can't be read
         * @throws IllegalArgumentException as for a {@link PromptDataset} of each response
         */
        public PreferenceDataset build() throws IOException {
            requireSet();
            PromptDataset responses =
                    PromptDataset.builder()
                            .setData(data.responses())
                            .setModel(model)
                            .setInputs(inputs)
                            .optMaxLength(limit())
                            .optChat(chat)
                            .build();
            PreferenceDataset dataset = new PreferenceDataset(this, responses);
            if (reference != null) {
                // a dataset of its own, as a pass over it counts as one
                dataset.reference = reference.apply(new PreferenceDataset(this, responses));
            }
            return dataset;
        }
    }
}
