/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.option;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.djladapters.io.PlainNumber;

/**
 * How embeddings are learned from pairs.
 *
 * @param loss the loss; empty for {@link Loss#COSENT} where the pairs have scores, else {@link
 *     Loss#MNRL}
 * @param scale what cosines are multiplied by in {@link Loss#MNRL} and {@link Loss#COSENT}, the
 *     inverse of a temperature
 * @param margin by how much a negative must be farther away in {@link Loss#TRIPLET}
 * @param symmetric whether {@link Loss#MNRL} also looks for the first text of each second one
 * @param matryoshka the numbers of leading dimensions at which the loss is computed and added up,
 *     so that embeddings can be shortened to them; none for all dimensions alone
 * @param miniBatch the number of pairs whose activations are in memory at once (cached gradients);
 *     empty for the whole batch
 */
public record EmbeddingOptions(
        Optional<Loss> loss,
        double scale,
        double margin,
        boolean symmetric,
        List<Integer> matryoshka,
        OptionalInt miniBatch) {

    /** The scale where nothing else is chosen. */
    public static final double DEFAULT_SCALE = 20;

    /** The margin where nothing else is chosen. */
    public static final double DEFAULT_MARGIN = 0.5;

    /** The options where nothing is chosen. */
    public static final EmbeddingOptions DEFAULT = builder().build();

    /**
     * What is learned from pairs, in terms of the cosines of their embeddings.
     *
     * <p>Below, a<sub>i</sub> is the embedding of the first text of pair i, b<sub>i</sub> that of
     * its second text, n<sub>i</sub> that of its negative, y<sub>i</sub> its score, B the number of
     * pairs in a batch, and s the scale.
     */
    public enum Loss {
        /**
         * Multiple negatives ranking: of all second texts and negatives of a batch, the own second
         * text is to be the most similar one. \(-\frac1B \sum_i \log
         * \frac{e^{s\cos(a_i,b_i)}}{\sum_c e^{s\cos(a_i,c)}}\), where c are all b and n. Batches
         * hold no text twice, as the same text would be a negative of itself. Symmetric: the mean
         * of that and of the same with a and b exchanged, without negatives.
         *
         * @see <a href="https://arxiv.org/abs/1705.00652">Henderson et al., section 4.4</a>
         */
        MNRL,

        /**
         * CoSENT: the cosines of pairs are to be in the order of their scores. \(\log\bigl(1 +
         * \sum_{y_i &lt; y_j} e^{s(\cos(a_i,b_i)-\cos(a_j,b_j))}\bigr)\)
         *
         * @see <a href="https://kexue.fm/archives/8847">Su Jianlin, CoSENT</a>
         */
        COSENT,

        /**
         * The mean squared difference of cosine and score. Scores that are all between -1 and 1 are
         * taken as cosines as they are; others are scaled so that the smallest of the training data
         * becomes 0 and the largest 1.
         */
        COSINE,

        /**
         * Triplets: a negative is to be farther away than the second text by a margin m, in the
         * distance 1 &minus; cos. The mean of \(\max(0, \cos(a_i,n_i) - \cos(a_i,b_i) + m)\). In
         * sentence-transformers that is its triplet loss with the cosine distance; its default is
         * the Euclidean distance with a margin of 5, which embeddings of length 1 never reach.
         */
        TRIPLET;

        /**
         * Finds a loss by its word.
         *
         * @param word {@code mnrl}, {@code cosent}, {@code cosine} or {@code triplet}, in any case
         * @return the loss
         * @throws IllegalArgumentException if there is none
         */
        public static Loss of(String word) {
            for (Loss loss : values()) {
                if (loss.word().equalsIgnoreCase(word)) {
                    return loss;
                }
            }
            throw new IllegalArgumentException(
                    "There is no loss '%s'; choose one of mnrl, cosent, cosine, triplet"
                            .formatted(word));
        }

        /**
         * Returns the word for it, as the command line takes it.
         *
         * @return the word
         */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Checks the numbers. */
    public EmbeddingOptions {
        requirePositive("scale", scale);
        requirePositive("margin", margin);
        matryoshka = List.copyOf(matryoshka);
        if (matryoshka.stream().anyMatch(dimensions -> dimensions < 1)
                || new HashSet<>(matryoshka).size() < matryoshka.size()) {
            throw new IllegalArgumentException(
                    "The dimensions of Matryoshka embeddings must be positive and different, got "
                            + matryoshka);
        }
        if (miniBatch.isPresent() && miniBatch.getAsInt() < 1) {
            throw new IllegalArgumentException(
                    "The mini-batch must have at least 1 pair, got " + miniBatch.getAsInt());
        }
    }

    private static void requirePositive(String what, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(
                    "The %s must be positive, got %s".formatted(what, PlainNumber.of(value)));
        }
    }

    /**
     * Creates a builder.
     *
     * @return a builder of the default options
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Gathers options. */
    public static final class Builder {

        private Optional<Loss> loss = Optional.empty();
        private double scale = DEFAULT_SCALE;
        private double margin = DEFAULT_MARGIN;
        private boolean symmetric;
        private List<Integer> matryoshka = List.of();
        private OptionalInt miniBatch = OptionalInt.empty();

        private Builder() {}

        /**
         * Sets the loss (default: that which suits the data).
         *
         * @param loss the loss
         * @return this builder
         */
        public Builder optLoss(Loss loss) {
            this.loss = Optional.of(loss);
            return this;
        }

        /**
         * Sets what cosines are multiplied by (default {@value #DEFAULT_SCALE}).
         *
         * @param scale a positive number
         * @return this builder
         */
        public Builder optScale(double scale) {
            this.scale = scale;
            return this;
        }

        /**
         * Sets by how much a negative must be farther away (default {@value #DEFAULT_MARGIN}).
         *
         * @param margin a positive number
         * @return this builder
         */
        public Builder optMargin(double margin) {
            this.margin = margin;
            return this;
        }

        /**
         * Sets whether first texts are looked for, too (default: they are not).
         *
         * @param symmetric whether they are
         * @return this builder
         */
        public Builder optSymmetric(boolean symmetric) {
            this.symmetric = symmetric;
            return this;
        }

        /**
         * Sets the numbers of dimensions that embeddings can be shortened to (default: none).
         *
         * @param dimensions numbers such as 384, 256, 128, 64
         * @return this builder
         */
        public Builder optMatryoshka(List<Integer> dimensions) {
            this.matryoshka = dimensions;
            return this;
        }

        /**
         * Sets how many pairs go through the model at once (default: all of a batch). The gradients
         * are those of the whole batch; a step needs the memory of so many pairs, and one more
         * forward pass.
         *
         * @param pairs at least 1
         * @return this builder
         * @see <a href="https://arxiv.org/abs/2101.06983">Gao et al., Scaling deep contrastive
         *     learning batch size under memory limited setup (GradCache)</a>
         */
        public Builder optMiniBatch(int pairs) {
            this.miniBatch = OptionalInt.of(pairs);
            return this;
        }

        /**
         * Checks the options.
         *
         * @return the options
         * @throws IllegalArgumentException if a number is out of its range
         */
        public EmbeddingOptions build() {
            return new EmbeddingOptions(loss, scale, margin, symmetric, matryoshka, miniBatch);
        }
    }
}
