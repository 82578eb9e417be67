/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.util.StringPair;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Function;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.hub.ModelDirectory;

/**
 * Encodes texts, or pairs of texts, as a model's inputs: tokens, truncated and filled up to one
 * length.
 *
 * <p>Of B texts it makes, in the order of the model's inputs, int64 arrays of shape (B, L), L being
 * the number of tokens of the longest; {@link TokenizedDataset} describes them. They have no names
 * and belong to the given manager.
 *
 * <p>Several threads can use one encoder. Its user closes it.
 */
public final class InputEncoder implements AutoCloseable {

    private final TextEncoder encoder;
    private final TextInputs inputs;

    private InputEncoder(TextEncoder encoder, TextInputs inputs) {
        this.encoder = encoder;
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

    /**
     * Encodes texts.
     *
     * @param manager owns the arrays
     * @param texts at least one text
     * @return the model's inputs, a row for each text
     */
    public NDList encode(NDManager manager, List<String> texts) {
        return encode(manager, texts, text -> encoder.encode(requireText(text), null));
    }

    /**
     * Encodes pairs of texts, of which the longer one is truncated first.
     *
     * @param manager owns the arrays
     * @param pairs at least one pair
     * @return the model's inputs, a row for each pair
     */
    public NDList encodePairs(NDManager manager, List<StringPair> pairs) {
        return encode(
                manager,
                pairs,
                pair -> encoder.encode(requireText(pair.getKey()), requireText(pair.getValue())));
    }

    private <T> NDList encode(
            NDManager manager, List<T> texts, Function<T, TextEncoder.Tokens> encode) {
        if (texts.isEmpty()) {
            throw new IllegalArgumentException("There are no texts to encode");
        }
        return inputs.create(manager, texts.stream().map(encode).toList());
    }

    private static String requireText(String text) {
        return Objects.requireNonNull(text, "a text to encode is null");
    }

    /**
     * Returns how long a text is for the model.
     *
     * @param text the text
     * @return the number of its tokens with special ones, at most the length to which texts are
     *     truncated
     */
    public int length(String text) {
        return encoder.encode(requireText(text), null).length();
    }

    /** Releases the tokenizer. */
    @Override
    public void close() {
        encoder.close();
    }

    /** Opens the tokenizer of a model. */
    public static final class Builder {

        private ModelDirectory model;
        private List<String> names = List.of();
        private OptionalInt maxLength = OptionalInt.empty();

        private Builder() {}

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
         * Sets the model's inputs: which arrays are made, and in which order.
         *
         * @param inputs some of {@code input_ids}, {@code attention_mask} and {@code
         *     token_type_ids}
         * @return this builder
         * @throws IllegalArgumentException if there is another input, or none
         */
        public Builder setInputs(List<String> inputs) {
            TextInputs.check(inputs);
            this.names = List.copyOf(inputs);
            return this;
        }

        /**
         * Sets the length to which texts and pairs are truncated, special tokens included (default:
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
         * Opens the tokenizer.
         *
         * @return the encoder
         * @throws IOException if the tokenizer can't be read
         * @throws IllegalArgumentException if the length is beyond the model's
         */
        public InputEncoder build() throws IOException {
            Objects.requireNonNull(model, "setModel is missing");
            if (names.isEmpty()) {
                throw new IllegalStateException("setInputs is missing");
            }
            TextInputs inputs = TextInputs.of(model, names);
            int limit = TextEncoder.maxLength(model, maxLength);
            return new InputEncoder(TextEncoder.open(model, limit), inputs);
        }
    }
}
