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
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.djladapters.data.encoding.BatchOrder;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.io.Internal;

/**
 * Pairs as batches for a model that gives embeddings, which sees one column at a time.
 *
 * <p>The arrays of a batch are the model's inputs, int64 of shape (m, T), for each part of at most
 * a mini-batch of the first texts, then for each part of the second texts, then of every column of
 * negatives; T is the number of tokens of the longest text of a part. Where the pairs have scores,
 * the labels are one array of them, float32 of shape (B): as they are if those of all the data are
 * between -1 and 1, else scaled so that the smallest becomes 0 and the largest 1. Where they have
 * margins, it is of shape (B, negatives), divided by {@link #margin}. Where they have weights,
 * these are the first of the labels, float32 of shape (B). With {@linkplain #setNegatives mined
 * negatives} a batch has a column of them, unless there are none for it.
 */
@Internal
public final class PairDataset extends TokenizedDataset {

    private final PairData data;
    private final TokenizedRows tokens;

    /** The texts of every row as numbers that equal texts have in common. */
    private final List<int[]> texts;

    /** The numbers of all rows, as many for each. */
    private final float[] labels;

    /** The weights of all rows, none if all count the same. */
    private final float[] weights;

    private final int miniBatch;
    private final boolean distinct;
    private Optional<MinedNegatives> mined = Optional.empty();

    private PairDataset(Builder builder) throws IOException {
        super(builder, builder.data.size());
        this.data = builder.data;
        this.tokens = builder.tokenize();
        this.texts = builder.distinct ? number(builder.data) : List.of();
        this.labels =
                builder.data.hasMargins()
                        ? margins(builder.data, builder.sentences.normalize())
                        : scores(builder.data);
        this.weights = weights(builder.data);
        this.miniBatch = Math.min(builder.miniBatch, builder.batchSize);
        this.distinct = builder.distinct;
    }

    /** Returns the pairs. */
    public PairData data() {
        return data;
    }

    /** Sets where negatives are drawn from, from the next pass on. */
    public void setNegatives(MinedNegatives negatives) {
        mined = Optional.of(negatives);
    }

    /** Creates a builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the weights of rows as the losses take them; none if all count the same. */
    static float[] weights(PairData data) {
        float[] weights = new float[data.isWeighted() ? data.size() : 0];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) data.rows().get(i).weight().getAsDouble();
        }
        return weights;
    }

    /** Creates the array of the weights of rows, none if all count the same. */
    static NDList weights(NDManager manager, float[] weights, int[] rows) {
        if (weights.length == 0) {
            return new NDList();
        }
        float[] picked = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            picked[i] = weights[rows[i]];
        }
        return new NDList(manager.create(picked));
    }

    private static float[] scores(PairData data) {
        if (!data.isScored()) {
            return new float[0];
        }
        double[] scores =
                data.rows().stream().mapToDouble(row -> row.score().getAsDouble()).toArray();
        return scaled(scores, "'%s'".formatted(data.source()));
    }

    /**
     * Makes scores ones that cosines can have: as they are if all are between -1 and 1, else scaled
     * so that the smallest becomes 0 and the largest 1.
     *
     * @param source where they are from, for the message
     * @throws IllegalArgumentException if they can't be scaled, since all are the same
     */
    public static float[] scaled(double[] scores, String source) {
        DoubleSummaryStatistics range = Arrays.stream(scores).summaryStatistics();
        boolean cosines = range.getMin() >= -1 && range.getMax() <= 1;
        double width = range.getMax() - range.getMin();
        if (!cosines && width == 0) {
            throw new IllegalArgumentException(
                    "All %d pairs of %s have the same score: there is nothing to learn"
                            .formatted(scores.length, source));
        }
        float[] scaled = new float[scores.length];
        for (int i = 0; i < scores.length; i++) {
            scaled[i] = (float) (cosines ? scores[i] : (scores[i] - range.getMin()) / width);
        }
        return scaled;
    }

    private static float[] margins(PairData data, boolean normalized) {
        double unit = margin(data, normalized);
        List<Double> margins = data.rows().stream().flatMap(row -> row.margins().stream()).toList();
        float[] scaled = new float[margins.size()];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (float) (margins.get(i) / unit);
        }
        return scaled;
    }

    /**
     * Returns the margin that is learned as 1: the largest of all, if products of vectors of length
     * 1 are to differ so and can't, as they do by 2 at the most; otherwise 1.
     */
    public static double margin(PairData data, boolean normalized) {
        double largest =
                data.rows().stream()
                        .flatMap(row -> row.margins().stream())
                        .mapToDouble(Math::abs)
                        .max()
                        .orElse(0);
        return normalized && largest > 2 ? largest : 1;
    }

    private static List<int[]> number(PairData data) {
        return SharedTexts.number(data.size(), row -> data.rows().get(row).texts());
    }

    @Override
    List<TextEncoder.Tokens> sequences(int row) {
        return tokens.get(row);
    }

    @Override
    int length(int row) {
        return tokens.length(row);
    }

    @Override
    public int batchCount(int passes) {
        return distinct ? batches(passes).size() : super.batchCount(passes);
    }

    @Override
    List<int[]> batches(int[] lengths, int passes) {
        return distinct && shuffleSeed().isPresent()
                ? BatchOrder.shuffledDistinct(
                        lengths, texts, batchSize(), shuffleSeed().getAsLong(), passes)
                : super.batches(lengths, passes);
    }

    @Override
    NDList inputs(NDManager manager, int[] picked, int passes) {
        List<List<TextEncoder.Tokens>> rows = new ArrayList<>();
        Arrays.stream(picked).mapToObj(this::sequences).forEach(rows::add);
        Optional<int[]> negatives = mined.flatMap(from -> from.draw(picked, passes));
        for (int i = 0; i < picked.length && negatives.isPresent(); i++) {
            TextEncoder.Tokens negative = sequences(negatives.get()[i]).get(1);
            rows.set(i, Stream.concat(rows.get(i).stream(), Stream.of(negative)).toList());
        }
        NDList arrays = new NDList();
        for (int column = 0; column < rows.get(0).size(); column++) {
            for (int start = 0; start < picked.length; start += miniBatch) {
                List<TextEncoder.Tokens> part = new ArrayList<>();
                for (int i = start; i < Math.min(picked.length, start + miniBatch); i++) {
                    part.add(rows.get(i).get(column));
                }
                arrays.addAll(inputs.create(manager, part));
            }
        }
        return arrays;
    }

    @Override
    NDList targets(NDManager manager, int[] picked) {
        NDList targets = weights(manager, weights, picked);
        if (labels.length == 0) {
            return targets;
        }
        int width = labels.length / size();
        float[] values = new float[picked.length * width];
        for (int i = 0; i < picked.length; i++) {
            System.arraycopy(labels, picked[i] * width, values, i * width, width);
        }
        Shape shape = width == 1 ? new Shape(picked.length) : new Shape(picked.length, width);
        targets.add(manager.create(values, shape));
        return targets;
    }

    /** Tokenizes pairs. */
    public static final class Builder extends TokenizedDataset.BaseBuilder<PairData, Builder> {

        private SentenceSettings sentences = SentenceSettings.DEFAULT;
        private int miniBatch = Integer.MAX_VALUE;
        private boolean distinct;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets the prompts before texts (default: none). Pairs with scores are plain texts; of
         * other pairs the first text is a query, the rest are passages.
         */
        public Builder optSentences(SentenceSettings sentences) {
            this.sentences = sentences;
            return this;
        }

        /**
         * Sets the number of pairs in a part of a batch (default: all of it).
         *
         * @param miniBatch at least 1
         */
        public Builder optMiniBatch(int miniBatch) {
            requirePositive(miniBatch);
            this.miniBatch = miniBatch;
            return this;
        }

        /**
         * Sets that no two pairs of a shuffled batch share a text (default: they may). A pair that
         * does not fit into a batch goes into a later one, so the last batches may be smaller, and
         * passes may differ in their number of batches.
         */
        public Builder optDistinct(boolean distinct) {
            this.distinct = distinct;
            return this;
        }

        /** Tokenizes the texts. */
        public PairDataset build() throws IOException {
            requireSet();
            return new PairDataset(this);
        }

        /** Tokenizes each row's first text as a query and the others as passages. */
        private TokenizedRows tokenize() throws IOException {
            TextEncoder encoder = encoder(data);
            Function<String, TextEncoder.Tokens> encode = text -> encoder.encode(text, null);
            Map<String, TextEncoder.Tokens> known = new HashMap<>();
            Function<String, TextEncoder.Tokens> once =
                    data.areStored() ? encode : text -> known.computeIfAbsent(text, encode);
            return TokenizedRows.of(
                    data,
                    encoder,
                    row -> row.prompted(sentences).stream().map(once).toList(),
                    texts -> texts.stream().mapToInt(TextEncoder.Tokens::length).sum(),
                    row -> row.texts().stream().mapToInt(String::length).sum());
        }
    }
}
