/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.option;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;
import org.djladapters.option.Option;
import org.djladapters.option.OptionValues;

/** How embeddings are learned from pairs. */
public final class EmbeddingOptions {

    /** The scale where nothing else is chosen. */
    public static final double DEFAULT_SCALE = 20;

    /** The margin where nothing else is chosen. */
    public static final double DEFAULT_MARGIN = 0.5;

    private static final Option<Loss> LOSS = Option.optional("loss", Loss.class);

    private static final Option<Double> SCALE =
            Option.of("scale", DEFAULT_SCALE).checked(scale -> requirePositive("scale", scale));

    private static final Option<Double> MARGIN =
            Option.of("margin", DEFAULT_MARGIN)
                    .checked(margin -> requirePositive("margin", margin));

    private static final Option<Boolean> SYMMETRIC = Option.of("symmetric", false);

    private static final Option<List<Integer>> MATRYOSHKA =
            Option.of("matryoshka", List.<Integer>of())
                    .checked(EmbeddingOptions::requireDimensions);

    private static final Option<Integer> MINI_BATCH =
            Option.optional("mini_batch", Integer.class).checked(EmbeddingOptions::requirePairs);

    private static final List<Argument> ARGUMENTS =
            List.of(
                    Argument.word(
                                    LOSS,
                                    "--loss",
                                    "NAME",
                                    "Embeddings: mnrl (multiple negatives ranking), triplet (needs"
                                            + " negatives), cosent or cosine (need scores)",
                                    Loss::of)
                            .withDefault("cosent with scores, else mnrl"),
                    Argument.value(SCALE, "--scale", "X", "Factor of cosines in mnrl and cosent"),
                    Argument.value(
                            MARGIN,
                            "--margin",
                            "X",
                            "How much smaller the cosine to a negative must be in triplet"),
                    Argument.flag(
                            SYMMETRIC,
                            "--symmetric",
                            "In mnrl, also find sentence1 among those of the batch by sentence2"),
                    Argument.list(
                                    MATRYOSHKA,
                                    "--matryoshka",
                                    "D",
                                    Integer.class,
                                    "Numbers of leading dimensions to which embeddings can be"
                                            + " shortened, such as 384,256,128,64: the losses of"
                                            + " all are added")
                            .withDefault("none"),
                    Argument.value(
                                    MINI_BATCH,
                                    "--mini-batch",
                                    "N",
                                    "Pairs of a batch that are in memory at once, with the same"
                                            + " gradients as without (cached gradients)")
                            .withDefault("all"));

    /** The options where nothing is chosen. */
    public static final EmbeddingOptions DEFAULT = new EmbeddingOptions(OptionValues.DEFAULT);

    private final OptionValues values;

    private EmbeddingOptions(OptionValues values) {
        this.values = values;
    }

    /** Returns the options that a person can give. */
    @Internal
    public static List<Argument> arguments() {
        return ARGUMENTS;
    }

    /**
     * Returns the options that a person gave.
     *
     * @param given values by the names of options; others than those of embeddings are left out
     * @throws IllegalArgumentException if a number is out of its range
     */
    @Internal
    public static EmbeddingOptions of(Map<String, ?> given) {
        return new EmbeddingOptions(OptionValues.DEFAULT.with(ARGUMENTS, given));
    }

    /**
     * Returns the loss; empty for {@link Loss#COSENT} where the pairs have scores, else {@link
     * Loss#MNRL}.
     */
    public Optional<Loss> loss() {
        return values.find(LOSS);
    }

    /** Returns the factor of cosines in {@link Loss#MNRL} and {@link Loss#COSENT}. */
    public double scale() {
        return values.get(SCALE);
    }

    /** Returns by how much a negative must be farther away in {@link Loss#TRIPLET}. */
    public double margin() {
        return values.get(MARGIN);
    }

    /** Returns whether {@link Loss#MNRL} also looks for the first text of each second one. */
    public boolean symmetric() {
        return values.get(SYMMETRIC);
    }

    /**
     * Returns the numbers of leading dimensions to which embeddings can be shortened: the losses at
     * all of them are added up. Empty for all dimensions alone.
     */
    public List<Integer> matryoshka() {
        return values.get(MATRYOSHKA);
    }

    /** Returns the number of pairs that are in memory at once; empty for the whole batch. */
    public OptionalInt miniBatch() {
        return values.findInt(MINI_BATCH);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EmbeddingOptions options && options.values.equals(values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

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

        /** Returns the word for it, as the command line takes it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static void requirePositive(String name, double value) {
        Option.requirePositive(name, value, Double.MAX_VALUE);
    }

    private static void requireDimensions(List<Integer> matryoshka) {
        if (matryoshka.stream().anyMatch(dimensions -> dimensions < 1)
                || new HashSet<>(matryoshka).size() < matryoshka.size()) {
            throw new IllegalArgumentException(
                    "The dimensions of Matryoshka embeddings must be positive and different, got "
                            + matryoshka);
        }
    }

    private static void requirePairs(int miniBatch) {
        if (miniBatch < 1) {
            throw new IllegalArgumentException(
                    "The mini-batch must have at least 1 pair, got " + miniBatch);
        }
    }

    /** Creates a builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** Gathers options. */
    public static final class Builder {

        private OptionValues values = OptionValues.DEFAULT;

        private Builder() {}

        private <V> Builder set(Option<V> option, V value) {
            values = values.with(option, value);
            return this;
        }

        /** Sets the loss (default: that which suits the data). */
        public Builder optLoss(Loss loss) {
            return set(LOSS, loss);
        }

        /**
         * Sets what cosines are multiplied by (default {@value #DEFAULT_SCALE}).
         *
         * @param scale a positive number
         */
        public Builder optScale(double scale) {
            return set(SCALE, scale);
        }

        /**
         * Sets by how much a negative must be farther away (default {@value #DEFAULT_MARGIN}).
         *
         * @param margin a positive number
         */
        public Builder optMargin(double margin) {
            return set(MARGIN, margin);
        }

        /** Sets whether first texts are looked for, too (default: they are not). */
        public Builder optSymmetric(boolean symmetric) {
            return set(SYMMETRIC, symmetric);
        }

        /**
         * Sets the numbers of dimensions that embeddings can be shortened to (default: none).
         *
         * @param dimensions numbers such as 384, 256, 128, 64
         */
        public Builder optMatryoshka(List<Integer> dimensions) {
            return set(MATRYOSHKA, List.copyOf(dimensions));
        }

        /**
         * Sets how many pairs go through the model at once (default: all of a batch). The gradients
         * are those of the whole batch; a step needs the memory of so many pairs, and one more
         * forward pass.
         *
         * @param pairs at least 1
         * @see <a href="https://arxiv.org/abs/2101.06983">Gao et al., Scaling deep contrastive
         *     learning batch size under memory limited setup (GradCache)</a>
         */
        public Builder optMiniBatch(int pairs) {
            return set(MINI_BATCH, pairs);
        }

        /** Builds the options. */
        public EmbeddingOptions build() {
            return new EmbeddingOptions(values);
        }
    }
}
