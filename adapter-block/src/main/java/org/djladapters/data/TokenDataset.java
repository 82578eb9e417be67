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
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.data.encoding.TokenEncoder;
import org.djladapters.data.encoding.WordText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sentences with a tag for every word as batches.
 *
 * <p>The words of a sentence are joined by blanks and tokenized; a sentence with more tokens than
 * the limit becomes several pieces that begin and end between words, and an example is a piece. The
 * labels are two int64 arrays of shape (N), where N is the number of words in the batch: the places
 * of their first tokens, counted through the rows of the batch, and the numbers of their tags.
 * Other tokens, and words of which the tokenizer leaves nothing, have no labels.
 */
public final class TokenDataset extends TokenizedDataset {

    private static final Logger logger = LoggerFactory.getLogger(TokenDataset.class);

    private final List<Example> examples;

    private TokenDataset(Builder builder, List<Example> examples) throws IOException {
        super(builder, examples.size());
        this.examples = examples;
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
     * A sentence, or a part of one that is too long.
     *
     * @param row the sentence in the data
     * @param piece its tokens
     * @param tags the numbers of the tags of all words of the sentence
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Example(int row, TokenEncoder.Piece piece, int[] tags) {}

    /**
     * Assigns predictions to the words that they are for.
     *
     * @param rows the examples of a batch, as {@code Batch.getIndices} gives them
     * @param predictions the number of a tag for each of the N places of the batch
     * @param words takes the row of a sentence, a word of it, and the prediction
     */
    public void assign(List<?> rows, int[] predictions, WordPrediction words) {
        int next = 0;
        for (Object index : rows) {
            Example example = examples.get((Integer) index);
            for (int word : example.piece().words()) {
                words.accept(example.row(), word, predictions[next]);
                next++;
            }
        }
    }

    /** Takes the prediction for a word. */
    @FunctionalInterface
    public interface WordPrediction {

        /**
         * Takes a prediction.
         *
         * @param row the sentence in the data
         * @param word the word in the sentence
         * @param label the number of the predicted tag
         */
        void accept(int row, int word, int label);
    }

    @Override
    List<TextEncoder.Tokens> sequences(int row) {
        return List.of(examples.get(row).piece().tokens());
    }

    @Override
    NDList targets(NDManager manager, int[] rows) {
        int width = width(rows);
        long[] places =
                IntStream.range(0, rows.length)
                        .mapToObj(i -> places(rows[i], (long) i * width))
                        .flatMapToLong(Function.identity())
                        .toArray();
        long[] tags =
                Arrays.stream(rows)
                        .mapToObj(examples::get)
                        .flatMapToInt(e -> Arrays.stream(e.piece().words()).map(w -> e.tags()[w]))
                        .asLongStream()
                        .toArray();
        return new NDList(manager.create(places), manager.create(tags));
    }

    private LongStream places(int row, long start) {
        return Arrays.stream(examples.get(row).piece().places()).mapToLong(p -> start + p);
    }

    /** Tokenizes sentences. */
    public static final class Builder extends TokenizedDataset.BaseBuilder<TokenData, Builder> {

        private List<String> labels;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets the tags in the order of the head's outputs.
         *
         * @param labels the tags
         * @return this builder
         */
        public Builder setLabels(List<String> labels) {
            this.labels = List.copyOf(labels);
            return this;
        }

        /**
         * Tokenizes the sentences.
         *
         * @return the dataset
         * @throws IOException if the tokenizer can't be read
         * @throws IllegalArgumentException if a tag is not among the labels, or there are no
         *     tokens; the message says where
         */
        public TokenDataset build() throws IOException {
            Objects.requireNonNull(labels, "setLabels is missing");
            requireSet();
            int maxLength = limit();
            List<Example> examples = new ArrayList<>();
            try (TokenEncoder encoder = TokenEncoder.open(model, maxLength)) {
                for (int row = 0; row < data.size(); row++) {
                    int[] tags = encode(row);
                    for (TokenEncoder.Piece piece :
                            encoder.encode(WordText.of(data.rows().get(row).words()))) {
                        examples.add(new Example(row, piece, tags));
                    }
                }
            }
            if (examples.isEmpty()) {
                throw new IllegalArgumentException(
                        "The tokenizer of '%s' finds no tokens in the words of '%s'"
                                .formatted(model.path(), data.source()));
            }
            report(examples, maxLength);
            return new TokenDataset(this, List.copyOf(examples));
        }

        private int[] encode(int row) {
            TokenData.Row sentence = data.rows().get(row);
            int[] tags = sentence.tags().stream().mapToInt(labels::indexOf).toArray();
            for (int word = 0; word < tags.length; word++) {
                if (tags[word] < 0) {
                    throw new IllegalArgumentException(
                            "%s: the tag '%s' of the word '%s' is not among those of the training data or the model: %s"
                                    .formatted(
                                            data.where(row),
                                            sentence.tags().get(word),
                                            sentence.words().get(word),
                                            String.join(", ", labels)));
                }
            }
            return tags;
        }

        private void report(List<Example> examples, int maxLength) {
            long parts = examples.stream().map(Example::row).distinct().count();
            if (examples.size() > parts) {
                logger.info(
                        "Sentences of '{}' with more than {} tokens are split between words: {}"
                                + " sentences become {} pieces",
                        data.source(),
                        maxLength,
                        parts,
                        examples.size());
            }
            long cut = examples.stream().filter(example -> example.piece().isCut()).count();
            if (cut > 0) {
                logger.warn(
                        "{} words of '{}' alone have more than {} tokens; their ends are not read",
                        cut,
                        data.source(),
                        maxLength);
            }
        }
    }
}
