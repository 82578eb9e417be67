/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import org.djladapters.data.PairData;
import org.djladapters.data.RetrievalData;
import org.djladapters.io.PlainNumber;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.embedding.EmbeddingMeasure;
import org.djladapters.task.embedding.EmbeddingTask;
import org.djladapters.task.embedding.NearPassages;
import org.djladapters.task.metric.EvaluationListener;

/**
 * Finds hard negatives: passages that a model ranks high though they are not known to be relevant.
 * A model learns more from them than from random passages.
 *
 * <p>For every query all passages that are not relevant to it are ranked by their cosine. For each
 * of its relevant passages, negatives are drawn at random from a range of these ranks. Passages
 * nearer to the query than the relevant passage, or not farther away by a margin, are left out:
 * often they are relevant, too.
 *
 * <pre>{@code
 * PairData triplets =
 *         HardNegatives.builder().setModel(model).setData(data).build().mine();
 * triplets.write(Path.of("triplets.tsv"));
 * }</pre>
 */
public final class HardNegatives {

    private static final int BATCH_SIZE = 64;

    private final Builder options;

    private HardNegatives(Builder options) {
        this.options = options;
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
     * Embeds queries and passages with the model as it is now and finds negatives.
     *
     * @return a triplet for every negative, in the order of the queries; those of the same seed,
     *     model and data are the same
     * @throws IOException if the tokenizer can't be read
     * @throws IllegalArgumentException if the model gives no embeddings, or there is no negative
     *     that fits
     */
    public PairData mine() throws IOException {
        AdaptedModel model = options.model;
        RetrievalData data = options.data;
        EmbeddingMeasure measure =
                EmbeddingTask.of(model, options.maxLength).measure(model, BATCH_SIZE);
        Random random = new Random(options.seed);
        List<PairData.Row> triplets = new ArrayList<>();
        measure.search(
                data,
                options.listener,
                (query, cosines) ->
                        triplets.addAll(triplets(data.queries().get(query), cosines, random)));
        if (triplets.isEmpty()) {
            throw new IllegalArgumentException(
                    ("No passage of the ranks %d to %d is farther from its query than the relevant"
                                    + " one by %s; widen the range or lower the margin")
                            .formatted(
                                    options.rangeMin,
                                    options.rangeMax,
                                    PlainNumber.of(options.margin)));
        }
        return PairData.of(triplets);
    }

    private List<PairData.Row> triplets(RetrievalData.Query query, float[] cosines, Random random) {
        int[] ranked = NearPassages.of(cosines, query.relevant().keySet(), options.rangeMax);
        List<PairData.Row> triplets = new ArrayList<>();
        for (int relevant : query.relevant().keySet()) {
            double limit = cosines[relevant] - options.margin;
            List<Integer> candidates =
                    new ArrayList<>(
                            Arrays.stream(ranked)
                                    .skip(options.rangeMin)
                                    .filter(passage -> cosines[passage] <= limit)
                                    .boxed()
                                    .toList());
            Collections.shuffle(candidates, random);
            candidates.stream()
                    .limit(options.negatives)
                    .forEach(passage -> triplets.add(row(query, relevant, passage)));
        }
        return triplets;
    }

    private PairData.Row row(RetrievalData.Query query, int relevant, int negative) {
        List<String> passages = options.data.passages();
        PairData.Row row =
                PairData.Row.of(query.text(), passages.get(relevant), passages.get(negative));
        Double weight = query.weights().get(relevant);
        return weight == null ? row : row.withWeight(weight);
    }

    /** Gathers options. */
    public static final class Builder {

        private AdaptedModel model;
        private RetrievalData data;
        private OptionalInt maxLength = OptionalInt.empty();
        private int negatives = 1;
        private int rangeMin;
        private int rangeMax = 50;
        private double margin;
        private long seed = 42;
        private EvaluationListener listener = new EvaluationListener() {};

        private Builder() {}

        /**
         * Sets the model, which embeds with the adapter that is active.
         *
         * @param model a model that was opened from a directory
         * @return this builder
         */
        public Builder setModel(AdaptedModel model) {
            this.model = model;
            return this;
        }

        /**
         * Sets queries, passages, and which of these are relevant.
         *
         * @param data the data
         * @return this builder
         */
        public Builder setData(RetrievalData data) {
            this.data = data;
            return this;
        }

        /**
         * Sets the length to which texts are truncated (default: that with which the active adapter
         * was trained, else what suits the model).
         *
         * @param maxLength in tokens
         * @return this builder
         */
        public Builder optMaxLength(int maxLength) {
            this.maxLength = OptionalInt.of(maxLength);
            return this;
        }

        /**
         * Sets how many negatives are drawn for every pair (default 1); there may be fewer that
         * fit.
         *
         * @param negatives at least 1
         * @return this builder
         */
        public Builder optNegatives(int negatives) {
            this.negatives = negatives;
            return this;
        }

        /**
         * Sets from which passages negatives are drawn, by their rank among those that are not
         * relevant (default 0 to 50).
         *
         * @param from how many of the nearest are skipped, at least 0
         * @param to the rank of the last one, more than from
         * @return this builder
         */
        public Builder optRange(int from, int to) {
            this.rangeMin = from;
            this.rangeMax = to;
            return this;
        }

        /**
         * Sets by how much the cosine of a negative must be below that of the relevant passage
         * (default 0).
         *
         * @param margin at least 0
         * @return this builder
         */
        public Builder optMargin(double margin) {
            this.margin = margin;
            return this;
        }

        /**
         * Sets the random seed (default 42).
         *
         * @param seed the seed of the draws
         * @return this builder
         */
        public Builder optSeed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Sets the listener of the work (default: none).
         *
         * @param listener learns how many of the queries and passages are embedded; an exception
         *     that it throws ends the work
         * @return this builder
         */
        public Builder optListener(EvaluationListener listener) {
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Checks the options.
         *
         * @return the finder of negatives
         * @throws IllegalArgumentException if a number is out of its range
         */
        public HardNegatives build() {
            Objects.requireNonNull(model, "setModel is missing");
            Objects.requireNonNull(data, "setData is missing");
            if (negatives < 1) {
                throw new IllegalArgumentException(
                        "The number of negatives must be at least 1, got " + negatives);
            }
            if (rangeMin < 0 || rangeMax <= rangeMin) {
                throw new IllegalArgumentException(
                        "The range of ranks must begin at 0 or later and end after that, got %d to %d"
                                .formatted(rangeMin, rangeMax));
            }
            if (!(margin >= 0 && margin <= 2)) {
                throw new IllegalArgumentException(
                        "The margin must be from 0 to 2, got " + PlainNumber.of(margin));
            }
            return new HardNegatives(copy());
        }

        private Builder copy() {
            Builder copy = new Builder();
            copy.model = model;
            copy.data = data;
            copy.maxLength = maxLength;
            copy.negatives = negatives;
            copy.rangeMin = rangeMin;
            copy.rangeMax = rangeMax;
            copy.margin = margin;
            copy.seed = seed;
            copy.listener = listener;
            return copy;
        }
    }
}
