/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.data.encoding.TextInputs;

/**
 * Examples of text as batches. They are tokenized by the {@code tokenizer.json} in the model's
 * directory: once, or, if they are read from a file and too many for memory, in every pass.
 *
 * <p>The inputs of a batch are, in the order of the model's inputs, int64 arrays of shape (B, T), T
 * being the number of tokens of its longest member:
 *
 * <ul>
 *   <li>{@code input_ids}: the tokens, filled up with the model's {@code pad_token_id} (0 if it has
 *       none);
 *   <li>{@code attention_mask}: 1 for a token, 0 for a filler;
 *   <li>{@code token_type_ids}: the sentence a token belongs to, 0 for a filler.
 * </ul>
 *
 * <p>A model without {@code attention_mask} sees the fillers as tokens.
 */
public abstract sealed class TokenizedDataset extends BatchedDataset
        permits TextDataset,
                PairDataset,
                OneSidedDataset,
                PromptDataset,
                PreferenceDataset,
                TokenDataset,
                AnswerDataset {

    final TextInputs inputs;

    TokenizedDataset(BaseBuilder<?, ?> builder, int size) throws IOException {
        super(builder, size);
        this.inputs = TextInputs.ofAnswers(builder.model, builder.inputs);
    }

    /** Returns the sequences that the model reads of an example. */
    abstract List<TextEncoder.Tokens> sequences(int row);

    @Override
    int length(int row) {
        return longest(sequences(row));
    }

    /** Counts the tokens of the longest of some sequences. */
    static int longest(List<TextEncoder.Tokens> sequences) {
        return sequences.stream().mapToInt(TextEncoder.Tokens::length).max().orElseThrow();
    }

    /** Returns the number of tokens of the longest of some examples. */
    final int width(int[] rows) {
        return IntStream.of(rows).map(row -> longest(sequences(row))).max().orElse(0);
    }

    @Override
    NDList inputs(NDManager manager, int[] rows, int passes) {
        return inputs.create(
                manager,
                Arrays.stream(rows).mapToObj(this::sequences).flatMap(List::stream).toList());
    }

    /**
     * The options of all datasets of text.
     *
     * @param <D> the data
     * @param <B> the builder itself
     */
    public abstract static sealed class BaseBuilder<D, B extends BaseBuilder<D, B>>
            extends BatchedDataset.BaseBuilder<D, B>
            permits TextDataset.Builder,
                    PairDataset.Builder,
                    OneSidedDataset.Builder,
                    ResponseBuilder,
                    TokenDataset.Builder,
                    AnswerDataset.Builder {

        List<String> inputs = List.of();
        private OptionalInt maxLength = OptionalInt.empty();

        BaseBuilder() {}

        /**
         * Sets the model's inputs: which arrays a batch holds, and in which order.
         *
         * @param inputs some of {@code input_ids}, {@code attention_mask} and {@code
         *     token_type_ids}
         * @return this builder
         * @throws IllegalArgumentException if there is another input, or no {@code input_ids}
         */
        public B setInputs(List<String> inputs) {
            check(inputs);
            this.inputs = List.copyOf(inputs);
            return self();
        }

        /** Refuses inputs that the examples can't give. */
        void check(List<String> inputs) {
            TextInputs.check(inputs);
        }

        /**
         * Sets the largest number of tokens of a sequence, special ones included (default: {@code
         * maxLength} of the model's {@code serving.properties}, else the number of its positions).
         *
         * @param maxLength at least 4, the smallest with room for a pair and its separators
         * @return this builder
         */
        public B optMaxLength(int maxLength) {
            TextEncoder.requireRoom(maxLength);
            return limit(maxLength);
        }

        final B limit(int tokens) {
            this.maxLength = OptionalInt.of(tokens);
            return self();
        }

        /** Opens the tokenizer for data that are tokenized now, or later. */
        final TextEncoder encoder(RowData<?> data) throws IOException {
            return data.areStored()
                    ? TextEncoder.openForLong(model, limit())
                    : TextEncoder.open(model, limit());
        }

        /** Returns the largest number of tokens of a sequence. */
        final int limit() throws IOException {
            return TextEncoder.maxLength(model, maxLength);
        }

        /** Refuses a builder of which something is not set. */
        final void requireSet() {
            Objects.requireNonNull(data, "setData is missing");
            Objects.requireNonNull(model, "setModel is missing");
            if (inputs.isEmpty()) {
                throw new IllegalStateException("setInputs is missing");
            }
        }
    }

    /**
     * Collects what datasets of prompts and their responses share.
     *
     * @param <D> the data
     * @param <B> the builder itself
     */
    public abstract static sealed class ResponseBuilder<D, B extends ResponseBuilder<D, B>>
            extends BaseBuilder<D, B> permits PromptDataset.Builder, PreferenceDataset.Builder {

        ChatFormat chat;

        ResponseBuilder() {}

        /** Takes the inputs of a decoder, too. */
        @Override
        final void check(List<String> inputs) {
            TextInputs.checkAnswers(inputs);
        }

        /**
         * Sets how conversations are written (default: prompts and responses are taken as they
         * are).
         *
         * @param chat writes the turns of a conversation
         * @return this builder
         */
        public B optChat(ChatFormat chat) {
            this.chat = chat;
            return self();
        }
    }
}
