/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.option;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.djladapters.io.Internal;
import org.djladapters.io.PlainNumber;
import org.djladapters.option.Argument;
import org.djladapters.option.Option;
import org.djladapters.option.OptionValues;

/** How embeddings are learned from pairs. */
public final class EmbeddingOptions {

    private static final Option<Loss> LOSS = Option.optional("loss", Loss.class);

    private static final Option<Double> SCALE =
            Option.optional("scale", Double.class)
                    .checked(scale -> requirePositive("scale", scale));

    private static final Option<Double> MARGIN =
            Option.optional("margin", Double.class)
                    .checked(margin -> requirePositive("margin", margin));

    private static final Option<Boolean> SYMMETRIC = Option.of("symmetric", false);

    private static final Option<List<Integer>> MATRYOSHKA =
            Option.of("matryoshka", List.<Integer>of())
                    .checked(EmbeddingOptions::requireDimensions);

    private static final Option<Integer> MINI_BATCH =
            Option.optional("mini_batch", Integer.class).checked(EmbeddingOptions::requirePairs);

    private static final Option<String> QUERY_PROMPT =
            Option.optional("query_prompt", String.class);

    private static final Option<String> PASSAGE_PROMPT =
            Option.optional("passage_prompt", String.class);

    private static final Option<List<Integer>> AT =
            Option.of("at", List.<Integer>of())
                    .checked(
                            at -> at.forEach(k -> Option.requirePositive("number of passages", k)));

    private static final Option<AdaptedTexts> ADAPT = Option.of("adapt", AdaptedTexts.BOTH);

    private static final Option<Double> STAY =
            Option.of("stay", 0.0).checked(EmbeddingOptions::requireWeight);

    private static final Option<Double> FALSE_NEGATIVES =
            Option.optional("false_negatives", Double.class)
                    .checked(EmbeddingOptions::requireDifference);

    private static final Option<String> CORPUS_VECTORS =
            Option.optional("corpus_vectors", String.class);

    private static final Option<Double> MINE_EACH_EPOCH =
            Option.optional("mine_each_epoch", Double.class)
                    .checked(EmbeddingOptions::requireMinedMargin);

    private static final List<Argument> ARGUMENTS =
            List.of(
                    NamedLoss.argument(),
                    Argument.value(
                                    SCALE,
                                    "--scale",
                                    "X",
                                    "Factor of similarities in mnrl, gist, cosent and angle")
                            .withDefault("20, in gist 100"),
                    Argument.value(
                                    MARGIN,
                                    "--margin",
                                    "X",
                                    "How much smaller the cosine to a negative must be in triplet;"
                                            + " the distance from which pairs of the score 0 are"
                                            + " far enough apart in the contrastive losses; how"
                                            + " much less similar than the second text a negative"
                                            + " must be to the guide of gist")
                            .withDefault("0.5, in gist 0"),
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
                            .withDefault("all"),
                    Argument.value(
                                    QUERY_PROMPT,
                                    "--query-prompt",
                                    "TEXT",
                                    "Embeddings: text before sentence1 (before queries), or the"
                                            + " name of a prompt in the model's files; it is kept"
                                            + " with the adapter")
                            .withDefault("as the model's files say"),
                    Argument.value(
                                    PASSAGE_PROMPT,
                                    "--passage-prompt",
                                    "TEXT",
                                    "Embeddings: the same before sentence2 and negatives (before"
                                            + " passages)")
                            .withDefault("as the model's files say"),
                    Argument.list(
                                    AT,
                                    "--at",
                                    "K",
                                    Integer.class,
                                    "Embeddings: numbers of passages, such as 1,3,5,10: the search"
                                            + " in the dev data is measured by accuracy@K,"
                                            + " precision@K, recall@K, ndcg@K, mrr@K and map@K,"
                                            + " too")
                            .withDefault("none"),
                    Argument.word(
                            ADAPT,
                            "--adapt",
                            "TEXTS",
                            "Embeddings: query (passages keep the vectors of the base model, so an"
                                    + " index stays as it is), passage, or both",
                            AdaptedTexts::of),
                    Argument.value(
                            STAY,
                            "--stay",
                            "W",
                            "With --adapt: weight of staying near the base model's vectors, for"
                                    + " other queries than those of the training data"),
                    Argument.value(
                                    FALSE_NEGATIVES,
                                    "--false-negatives",
                                    "X",
                                    "With --adapt: texts that the base model finds nearer than the"
                                            + " right one by more than this cosine are no"
                                            + " negatives")
                            .withDefault("all are"),
                    Argument.value(
                                    CORPUS_VECTORS,
                                    "--corpus-vectors",
                                    "FILE",
                                    "With --adapt query: texts and vectors of an index of the base"
                                            + " model, as embed or a vector store writes them; its"
                                            + " passages are not embedded again, and all are"
                                            + " candidates")
                            .withDefault("none"),
                    Argument.value(
                                    MINE_EACH_EPOCH,
                                    "--mine-each-epoch",
                                    "X",
                                    "In mnrl: before each epoch find the 50 passages of the data"
                                            + " that are nearest to each query, and draw a hard"
                                            + " negative from those whose cosine is below that of"
                                            + " the right one by X or more, such as 0.05")
                            .withDefault("none are mined"));

    private static final Pattern DEPTH =
            Pattern.compile("(?:accuracy|precision|recall|ndcg|mrr|map)@([1-9]\\d{0,5})");

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
     * Returns the loss; empty for {@link Loss#COSENT} where the pairs have scores, {@link
     * Loss#MARGIN_MSE} where negatives have labels, else {@link Loss#MNRL}.
     */
    public Optional<Loss> loss() {
        return values.find(LOSS);
    }

    /** Returns what similarities are multiplied by; empty for {@link Loss#scale}. */
    public OptionalDouble scale() {
        return values.find(SCALE).map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
    }

    /** Returns how far negatives must be away; empty for {@link Loss#margin}. */
    public OptionalDouble margin() {
        return values.find(MARGIN).map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
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

    /** Returns what is put before queries; empty for what the model's files say. */
    public Optional<String> queryPrompt() {
        return values.find(QUERY_PROMPT);
    }

    /** Returns what is put before passages; empty for what the model's files say. */
    public Optional<String> passagePrompt() {
        return values.find(PASSAGE_PROMPT);
    }

    /** Returns the numbers of passages by which a search is measured besides the usual ones. */
    public List<Integer> at() {
        return values.get(AT);
    }

    /**
     * Returns the numbers of passages by which a search is measured for a metric to be among them.
     *
     * @param metric such as {@code ndcg@5}
     */
    @Internal
    public List<Integer> depths(Optional<String> metric) {
        Stream<Integer> named =
                metric.map(DEPTH::matcher).filter(Matcher::matches).stream()
                        .map(matcher -> Integer.valueOf(matcher.group(1)));
        return Stream.concat(at().stream(), named).distinct().toList();
    }

    /** Returns which texts of a search get vectors of the adapter. */
    public AdaptedTexts adapted() {
        return values.get(ADAPT);
    }

    /** Returns the weight of staying near the vectors of the base model; 0 for none. */
    public double stay() {
        return values.get(STAY);
    }

    /**
     * Returns how far the cosine of a hard negative that is mined before an epoch must be below
     * that of the right passage; empty where none are mined.
     */
    public OptionalDouble mineEachEpoch() {
        return values.find(MINE_EACH_EPOCH)
                .map(OptionalDouble::of)
                .orElseGet(OptionalDouble::empty);
    }

    /**
     * Returns by how much the cosine to a text must exceed that to the right one, in the base
     * model, for it to be no negative; empty where all others are negatives.
     */
    public OptionalDouble falseNegatives() {
        return values.find(FALSE_NEGATIVES)
                .map(OptionalDouble::of)
                .orElseGet(OptionalDouble::empty);
    }

    /** Returns the file with the vectors of an index, whose passages are candidates. */
    public Optional<Path> corpusVectors() {
        return values.find(CORPUS_VECTORS).map(Path::of);
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
     * What is learned from pairs, in terms of the cosines of their embeddings. Each is a loss of
     * sentence-transformers with its defaults, and has its name, too: {@code CoSENTLoss}.
     *
     * <p>Below, a<sub>i</sub> is the embedding of the first text of pair i, b<sub>i</sub> that of
     * its second text, n<sub>i</sub> that of its negative, y<sub>i</sub> its score, B the number of
     * pairs in a batch, s the scale, and m the margin.
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
        MNRL("MultipleNegativesRankingLoss", Uses.SCALE),

        /**
         * CoSENT: the cosines of pairs are to be in the order of their scores. \(\log\bigl(1 +
         * \sum_{y_i &lt; y_j} e^{s(\cos(a_i,b_i)-\cos(a_j,b_j))}\bigr)\)
         *
         * @see <a href="https://kexue.fm/archives/8847">Su Jianlin, CoSENT</a>
         */
        COSENT("CoSENTLoss", Uses.SCALE, Uses.TEACHER),

        /**
         * The mean squared difference of cosine and score. Scores that are all between -1 and 1 are
         * taken as cosines as they are; others are scaled so that the smallest of the training data
         * becomes 0 and the largest 1.
         */
        COSINE("CosineSimilarityLoss", Uses.TEACHER),

        /**
         * Triplets: a negative is to be farther away than the second text by a margin m, in the
         * distance 1 &minus; cos. The mean of \(\max(0, \cos(a_i,n_i) - \cos(a_i,b_i) + m)\). In
         * sentence-transformers that is its triplet loss with the cosine distance; its default is
         * the Euclidean distance with a margin of 5, which embeddings of length 1 never reach.
         */
        TRIPLET("triplet", Uses.MARGIN),

        /**
         * AnglE: CoSENT of another similarity than the cosine. The halves of a vector of length 1
         * are the real and the imaginary parts of complex numbers; the similarity is the absolute
         * value of the cosine plus the sum of the imaginary parts of a<sub>j</sub> times the
         * conjugate of b<sub>j</sub>.
         *
         * @see <a href="https://arxiv.org/abs/2309.12871">Li and Li, AnglE</a>
         */
        ANGLE("AnglELoss", Uses.SCALE, Uses.TEACHER),

        /**
         * Contrastive: pairs of the score 1 are to be near, those of the score 0 far apart. The
         * mean of \(\frac12 (y_i d_i^2 + (1 - y_i) \max(0, m - d_i)^2)\) with the distance d = 1
         * &minus; cos.
         */
        CONTRASTIVE("ContrastiveLoss", Uses.MARGIN),

        /**
         * The contrastive loss of the hard pairs of a batch: the sum of \(d_i^2\) over the pairs of
         * the score 1 that are farther apart than the nearest pair of the score 0, and of \(\max(0,
         * m - d_i)^2\) over those of the score 0 that are nearer than the farthest pair of the
         * score 1.
         */
        ONLINE_CONTRASTIVE("OnlineContrastiveLoss", Uses.MARGIN),

        /**
         * The mean squared difference of \(a_i \cdot b_i - a_i \cdot n_i\) and a label for every
         * negative: by how much the second text is more relevant than that, as a cross-encoder
         * finds. These are products, not cosines. Of vectors of length 1 they differ by 2 at the
         * most, so labels beyond that are divided by the largest one.
         *
         * @see <a href="https://arxiv.org/abs/2010.02666">Hofst&auml;tter et al., section 3.2</a>
         */
        MARGIN_MSE("MarginMSELoss", Uses.TEACHER),

        /**
         * Guided: {@link #MNRL} with all first and second texts of the batch as candidates, too,
         * but without those that a teacher finds more similar to the first text (to the second one,
         * among the second texts) than the own second text is, less the margin: they are hardly
         * negatives.
         *
         * @see <a href="https://arxiv.org/abs/2402.16829">Solatorio, GISTEmbed</a>
         */
        GIST("GISTEmbedLoss", Uses.SCALE, Uses.MARGIN, Uses.TEACHER),

        /** The mean squared difference of the vectors of all texts and those of a teacher. */
        MSE("MSELoss", Uses.TEACHER);

        private final String peer;

        @SuppressWarnings("ImmutableEnumChecker") // Set.of makes a set that never changes
        private final Set<Uses> uses;

        Loss(String peer, Uses... uses) {
            this.peer = peer;
            this.uses = Set.of(uses);
        }

        private enum Uses {
            SCALE,
            MARGIN,
            TEACHER
        }

        /**
         * Finds a loss by its word, or by the name that it has in sentence-transformers.
         *
         * @param word {@code mnrl} or {@code MultipleNegativesRankingLoss}, for example, in any
         *     case
         * @throws IllegalArgumentException if there is none
         */
        public static Loss of(String word) {
            return Arrays.stream(values())
                    .filter(loss -> loss.isNamed(word))
                    .findAny()
                    .orElseThrow(
                            () ->
                                    new IllegalArgumentException(
                                            "There is no loss '%s'; choose one of %s"
                                                    .formatted(word, words())));
        }

        private boolean isNamed(String word) {
            return word().equalsIgnoreCase(word) || peer.equalsIgnoreCase(word);
        }

        private static String words() {
            return words(loss -> true);
        }

        /** Returns the words of the losses that can learn from a teacher, separated by commas. */
        public static String wordsOfTaught() {
            return words(Loss::learnsFromTeacher);
        }

        private static String words(Predicate<Loss> named) {
            return Arrays.stream(values())
                    .filter(named)
                    .map(Loss::word)
                    .collect(Collectors.joining(", "));
        }

        /** Returns the word for it, as the command line takes it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Returns what similarities are multiplied by where nothing else is chosen. */
        public double scale() {
            return this == GIST ? 100 : 20;
        }

        /** Returns the margin where nothing else is chosen. */
        public double margin() {
            return this == GIST ? 0 : 0.5;
        }

        /** Tells whether the loss multiplies similarities by a scale. */
        public boolean hasScale() {
            return uses.contains(Uses.SCALE);
        }

        /** Tells whether the loss has a margin. */
        public boolean hasMargin() {
            return uses.contains(Uses.MARGIN);
        }

        /** Tells whether the loss can learn from a teacher. */
        public boolean learnsFromTeacher() {
            return uses.contains(Uses.TEACHER);
        }

        /** Tells whether the loss learns from vectors that a teacher gives texts. */
        public boolean learnsVectors() {
            return this == GIST || this == MSE;
        }

        /**
         * Tells whether the loss is a mean over the pairs of a batch, in which they have weights.
         */
        public boolean isMean() {
            return this != COSENT && this != ANGLE && this != ONLINE_CONTRASTIVE;
        }

        /** Tells whether the loss compares texts of a batch with one another as negatives. */
        public boolean ranks() {
            return this == MNRL || this == GIST;
        }
    }

    /**
     * A loss as a person names it.
     *
     * @param cached whether it is computed in parts of a batch, as losses are in
     *     sentence-transformers whose names begin so
     */
    private record NamedLoss(Loss loss, boolean cached) {

        private static final String CACHED = "cached";

        /** The default of sentence-transformers. */
        private static final int PAIRS = 32;

        static NamedLoss of(String word) {
            if (word.toLowerCase(Locale.ROOT).startsWith(CACHED)) {
                String rest = word.substring(CACHED.length());
                for (Loss loss : Loss.values()) {
                    if (loss.ranks() && loss.peer.equalsIgnoreCase(rest)) {
                        return new NamedLoss(loss, true);
                    }
                }
            }
            return new NamedLoss(Loss.of(word), false);
        }

        OptionValues addTo(OptionValues values) {
            OptionValues chosen = values.with(LOSS, loss);
            return cached ? chosen.with(MINI_BATCH, PAIRS) : chosen;
        }

        static Argument argument() {
            Argument word =
                    Argument.word(
                                    LOSS,
                                    "--loss",
                                    "NAME",
                                    "Embeddings, by this or sentence-transformers' name: mnrl"
                                            + " (multiple negatives ranking), gist (the same,"
                                            + " guided by a teacher), triplet (needs negatives),"
                                            + " margin-mse (negatives with a label, or a teacher),"
                                            + " cosent, angle or cosine (need scores, or a"
                                            + " teacher), contrastive or online-contrastive (need"
                                            + " the scores 0 and 1), mse (a teacher's vectors)",
                                    Loss::of)
                            .withDefault(
                                    "cosent with scores, margin-mse with labels of negatives, else"
                                            + " mnrl");
            return new Argument(
                    word.name(),
                    word.kind(),
                    NamedLoss.class,
                    word.label(),
                    word.text(),
                    word.standard(),
                    Optional.of(NamedLoss::of),
                    (values, given) -> ((NamedLoss) given).addTo(values));
        }
    }

    private static void requirePositive(String name, double value) {
        Option.requirePositive(name, value, Double.MAX_VALUE);
    }

    private static void requireWeight(double weight) {
        if (!(weight >= 0 && weight <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "The weight of staying near the base model must be at least 0, got "
                            + PlainNumber.of(weight));
        }
    }

    private static void requireMinedMargin(double margin) {
        if (!(margin >= 0 && margin <= 2)) {
            throw new IllegalArgumentException(
                    "The margin of mined negatives must be from 0 to 2, got "
                            + PlainNumber.of(margin));
        }
    }

    private static void requireDifference(double difference) {
        if (!(difference >= 0 && difference <= 2)) {
            throw new IllegalArgumentException(
                    "The difference of cosines of false negatives must be from 0 to 2, got "
                            + PlainNumber.of(difference));
        }
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
         * Sets what similarities are multiplied by (default {@link Loss#scale}).
         *
         * @param scale a positive number
         */
        public Builder optScale(double scale) {
            return set(SCALE, scale);
        }

        /**
         * Sets how far negatives must be away (default {@link Loss#margin}).
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

        /**
         * Sets what is put before queries, the first texts of pairs without scores (default: as the
         * model's files say). It is recorded with the adapter, whose vectors have it from then on.
         *
         * @param nameOrText the name of a prompt of the model's {@code
         *     config_sentence_transformers.json}, or else the prompt itself; may be empty
         */
        public Builder optQueryPrompt(String nameOrText) {
            return set(QUERY_PROMPT, nameOrText);
        }

        /**
         * Sets what is put before passages, the other texts of pairs (default: as the model's files
         * say).
         *
         * @param nameOrText as above
         */
        public Builder optPassagePrompt(String nameOrText) {
            return set(PASSAGE_PROMPT, nameOrText);
        }

        /**
         * Sets the numbers of passages by which a search is measured besides the usual ones.
         *
         * @param depths numbers such as 1, 3, 5, 10
         */
        public Builder optAt(List<Integer> depths) {
            return set(AT, List.copyOf(depths));
        }

        /**
         * Sets which texts of a search get vectors of the adapter (default {@link
         * AdaptedTexts#BOTH}). With one kind alone, the others keep the vectors of the base model,
         * which are computed once, and all of the training data are candidates in every step.
         */
        public Builder optAdapt(AdaptedTexts texts) {
            return set(ADAPT, texts);
        }

        /**
         * Sets the weight of staying near the vectors that the base model gives (default 0), where
         * queries or passages alone are adapted: the mean of 1 &minus; cos between both is added
         * with it.
         *
         * @param weight at least 0
         */
        public Builder optStay(double weight) {
            return set(STAY, weight);
        }

        /**
         * Sets that hard negatives are mined before each epoch (default: none are), for {@link
         * Loss#MNRL} of pairs without negatives. The model as it is embeds queries and passages of
         * the training data; each pair gets one of the 50 passages that are nearest to its query
         * and not relevant to any query of the batch.
         *
         * @param margin how far its cosine must be below that of the right passage, from 0 to 2
         */
        public Builder optMineEachEpoch(double margin) {
            return set(MINE_EACH_EPOCH, margin);
        }

        /**
         * Sets which candidates are left out as false negatives (default: none but texts that
         * belong to the same one), where queries or passages alone are adapted.
         *
         * @param difference by how much a cosine must exceed that to the right text in the base
         *     model, from 0 to 2
         */
        public Builder optFalseNegatives(double difference) {
            return set(FALSE_NEGATIVES, difference);
        }

        /**
         * Sets the vectors of an index of the base model, where queries alone are adapted (default:
         * the passages of the data are embedded). All of its passages are candidates.
         *
         * @param file vectors with texts, as {@code VectorTable} reads them
         */
        public Builder optCorpusVectors(Path file) {
            return set(CORPUS_VECTORS, file.toString());
        }

        /** Builds the options. */
        public EmbeddingOptions build() {
            return new EmbeddingOptions(values);
        }
    }
}
