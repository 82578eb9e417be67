/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BinaryOperator;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.data.encoding.TextEncoder;

/**
 * Texts, or pairs of texts, with their labels as batches; sequences that are too long are
 * truncated, pairs at the longer sentence first.
 *
 * <p>A batch of B examples has one label array: the classes' indices, int64 of shape (B); for a
 * regression the values, float32 of shape (B, 1); for several classes a text 1 for those that it
 * has and 0 for the others, float32 of shape (B, classes).
 *
 * <p>Where the texts of pairs are encoded one by one ({@link HeadConfig.PairEncoding#BI}), inputs
 * are of shape (2 B, T): the first text of an example and then its second, which a head with this
 * encoding compares.
 */
public final class TextDataset extends TokenizedDataset {

    /** Of each example there is one sequence, or two. */
    private final TokenizedRows sequences;

    private final LabelSpace.Targets targets;

    private TextDataset(Builder builder) throws IOException {
        super(builder, builder.data.size());
        this.sequences = builder.tokenize();
        this.targets = builder.labelSpace.targets(builder.data);
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
    List<TextEncoder.Tokens> sequences(int row) {
        return sequences.get(row);
    }

    @Override
    int length(int row) {
        return sequences.length(row);
    }

    @Override
    NDList targets(NDManager manager, int[] rows) {
        return targets.of(manager, rows);
    }

    /** Tokenizes texts. */
    public static final class Builder extends TokenizedDataset.BaseBuilder<LabelledTexts, Builder> {

        private LabelSpace labelSpace;
        private HeadConfig.PairEncoding pairs = HeadConfig.PairEncoding.CROSS;
        private BinaryOperator<String> format;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets the label space; all datasets of a task have that of the training data.
         *
         * @param labelSpace the label space
         * @return this builder
         */
        public Builder setLabelSpace(LabelSpace labelSpace) {
            this.labelSpace = labelSpace;
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
         * Sets how the texts of a pair become one text (default: the tokenizer encodes pairs).
         *
         * @param format makes a text of both, with the special tokens that it needs
         * @return this builder
         */
        public Builder optPairFormat(BinaryOperator<String> format) {
            this.format = format;
            return this;
        }

        /**
         * Tokenizes the texts.
         *
         * @return the dataset
         * @throws IOException if the tokenizer can't be read
         * @throws IllegalArgumentException if a label is unknown, or the length beyond the model's
         */
        public TextDataset build() throws IOException {
            Objects.requireNonNull(labelSpace, "setLabelSpace is missing");
            requireSet();
            if (pairs == HeadConfig.PairEncoding.BI && !data.isPairs()) {
                throw new IllegalArgumentException(
                        ("'%s' holds single texts, but pairs are compared; give a file with the"
                                        + " columns sentence1 and sentence2")
                                .formatted(data.source()));
            }
            return new TextDataset(this);
        }

        private TokenizedRows tokenize() throws IOException {
            TextEncoder encoder = encoder(data).withPairs(Optional.ofNullable(format));
            return TokenizedRows.of(
                    data,
                    encoder,
                    row -> encoder.encode(row.first(), row.second(), pairs),
                    TokenizedDataset::longest,
                    TextData.Row::characters);
        }
    }
}
