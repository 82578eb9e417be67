/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.hub.ModelDirectory;

/**
 * Text as a model's inputs, in batches of similar length.
 *
 * <p>The text is tokenized once, by the {@code tokenizer.json} in the model's directory; sequences
 * that are too long are truncated, pairs at the longer sentence first. A batch of B examples holds,
 * in the order of the model's inputs, int64 arrays of shape (B, L), L being the number of tokens of
 * its longest member:
 *
 * <ul>
 *   <li>{@code input_ids}: the tokens, filled up with the model's {@code pad_token_id} (0 if it has
 *       none);
 *   <li>{@code attention_mask}: 1 for a token, 0 for a filler;
 *   <li>{@code token_type_ids}: the sentence a token belongs to, 0 for a filler.
 * </ul>
 *
 * <p>A model without {@code attention_mask} sees the fillers as tokens.
 *
 * <p>Where the texts of pairs are encoded one by one ({@link HeadConfig.PairEncoding#BI}), arrays
 * are of shape (2 B, L): the first text of an example and then its second, which a head with this
 * encoding compares.
 */
public final class TextDataset extends TaskDataset {

    /** What goes through the model for each example: one sequence, or two. */
    private final List<List<TextEncoder.Tokens>> tokens;

    private final TextInputs inputs;

    private TextDataset(Builder builder, List<List<TextEncoder.Tokens>> tokens, TextInputs inputs) {
        super(builder, builder.data);
        this.tokens = tokens;
        this.inputs = inputs;
    }

    /**
     * Creates a builder.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    int length(int row) {
        return tokens.get(row).stream().mapToInt(TextEncoder.Tokens::length).max().orElseThrow();
    }

    @Override
    NDList inputs(NDManager manager, int[] rows, int passes) {
        return inputs.create(
                manager, Arrays.stream(rows).mapToObj(tokens::get).flatMap(List::stream).toList());
    }

    /** Reads text and tokenizes it. */
    public static final class Builder extends BaseBuilder<Builder> {

        private TextData data;
        private ModelDirectory model;
        private List<String> inputs = List.of();
        private OptionalInt maxLength = OptionalInt.empty();
        private HeadConfig.PairEncoding pairs = HeadConfig.PairEncoding.CROSS;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets the text.
         *
         * @param data sentences or pairs with labels
         * @return this builder
         */
        public Builder setData(TextData data) {
            this.data = data;
            return this;
        }

        /**
         * Sets the model whose tokenizer is used.
         *
         * @param model the model's directory
         * @return this builder
         */
        public Builder setModel(ModelDirectory model) {
            this.model = model;
            return this;
        }

        /**
         * Sets the model's inputs: which arrays a batch holds, and in which order.
         *
         * @param inputs some of {@code input_ids}, {@code attention_mask} and {@code
         *     token_type_ids}
         * @return this builder
         * @throws IllegalArgumentException if there is another input, or none
         */
        public Builder setInputs(List<String> inputs) {
            TextInputs.check(inputs);
            this.inputs = List.copyOf(inputs);
            return this;
        }

        /**
         * Sets the length to which sequences are truncated, special tokens included (default:
         * {@code maxLength} of the model's {@code serving.properties}, else the number of its
         * positions).
         *
         * @param maxLength at least 4, the smallest with room for a pair and its separators
         * @return this builder
         */
        public Builder optMaxLength(int maxLength) {
            TextEncoder.requireRoom(maxLength);
            this.maxLength = OptionalInt.of(maxLength);
            return this;
        }

        /**
         * Sets how pairs are encoded (default: both texts as one sequence).
         *
         * @param pairEncoding that of the head
         * @return this builder
         */
        public Builder optPairEncoding(HeadConfig.PairEncoding pairEncoding) {
            this.pairs = pairEncoding;
            return this;
        }

        /**
         * Tokenizes the text.
         *
         * @return the dataset
         * @throws IOException if the tokenizer can't be read
         * @throws IllegalArgumentException if a label is unknown, or the length beyond the model's
         */
        public TextDataset build() throws IOException {
            Objects.requireNonNull(data, "setData is missing");
            Objects.requireNonNull(labelSpace, "setLabelSpace is missing");
            Objects.requireNonNull(model, "setModel is missing");
            if (inputs.isEmpty()) {
                throw new IllegalStateException("setInputs is missing");
            }
            if (pairs == HeadConfig.PairEncoding.BI && !data.isPairs()) {
                throw new IllegalArgumentException(
                        ("'%s' holds single texts, but pairs are compared; give a file with the"
                                        + " columns sentence1 and sentence2")
                                .formatted(data.source()));
            }
            return new TextDataset(this, tokenize(), TextInputs.of(model, inputs));
        }

        private List<List<TextEncoder.Tokens>> tokenize() throws IOException {
            int limit = TextEncoder.maxLength(model, maxLength);
            List<List<TextEncoder.Tokens>> tokens = new ArrayList<>(data.size());
            try (TextEncoder encoder = TextEncoder.open(model, limit)) {
                for (TextData.Row row : data.rows()) {
                    tokens.add(encoder.encode(row.first(), row.second(), pairs));
                }
            }
            return List.copyOf(tokens);
        }
    }
}
