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
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.data.encoding.TokenEncoder;
import org.djladapters.data.encoding.WordText;
import org.djladapters.hub.ModelDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sentences with a tag for every word as batches.
 *
 * <p>The words of a sentence are joined by blanks and tokenized; a sentence with more tokens than
 * the limit becomes several pieces that begin and end between words, and an example is a piece. The
 * inputs of a batch of B examples are int64 arrays of shape (B, T), filled up at the right to the
 * longest. The labels are two int64 arrays of shape (N), where N is the number of words in the
 * batch: the places of their first tokens, counted through the rows of the batch, and the numbers
 * of their tags. Other tokens, and words of which the tokenizer leaves nothing, have no labels.
 */
public final class TokenDataset extends BatchedDataset {

    private static final Logger logger = LoggerFactory.getLogger(TokenDataset.class);

    private final List<Example> examples;
    private final TextInputs inputs;

    private TokenDataset(
            List<Example> examples, TextInputs inputs, int batchSize, OptionalLong shuffleSeed) {
        super(examples.size(), batchSize, shuffleSeed);
        this.examples = List.copyOf(examples);
        this.inputs = inputs;
    }

    /**
     * Tokenizes data.
     *
     * @param data sentences with tags
     * @param labels the tags in the order of the head's outputs
     * @param model the directory of the model whose tokenizer is used
     * @param inputs the names of the model's inputs in their order
     * @param maxLength the largest number of tokens of a piece, special ones included
     * @param batchSize the number of examples in a batch, at least 1; the last one may be smaller
     * @param shuffleSeed decides the order of each pass; without it the order is always the same
     * @return the dataset
     * @throws IOException if the tokenizer can't be read
     * @throws IllegalArgumentException if a tag is not among the labels, or there are no tokens;
     *     the message says where
     */
    public static TokenDataset of(
            TokenData data,
            List<String> labels,
            ModelDirectory model,
            List<String> inputs,
            int maxLength,
            int batchSize,
            OptionalLong shuffleSeed)
            throws IOException {
        requirePositive(batchSize);
        List<Example> examples = new ArrayList<>();
        try (TokenEncoder encoder = TokenEncoder.open(model, maxLength)) {
            for (int row = 0; row < data.size(); row++) {
                int[] tags = encode(data, row, labels);
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
        report(examples, data, maxLength);
        return new TokenDataset(examples, TextInputs.of(model, inputs), batchSize, shuffleSeed);
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

    private static int[] encode(TokenData data, int row, List<String> labels) {
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

    private static void report(List<Example> examples, TokenData data, int maxLength) {
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

    /**
     * Hands predictions to the words that they are for.
     *
     * @param rows the examples of a batch, as {@code Batch.getIndices} gives them
     * @param predictions the number of a tag for each of the N places of the batch
     * @param words takes the row of a sentence, a word of it, and its prediction
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
         * Takes it.
         *
         * @param row the sentence in the data
         * @param word the word in the sentence
         * @param label the number of the predicted tag
         */
        void accept(int row, int word, int label);
    }

    @Override
    int length(int row) {
        return examples.get(row).piece().tokens().length();
    }

    @Override
    NDList inputs(NDManager manager, int[] rows, int passes) {
        return inputs.create(
                manager,
                Arrays.stream(rows).mapToObj(row -> examples.get(row).piece().tokens()).toList());
    }

    @Override
    NDList targets(NDManager manager, int[] rows) {
        int width = Arrays.stream(rows).map(this::length).max().orElse(0);
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
}
