/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import org.djladapters.data.RetrievalData;
import org.djladapters.io.AtomicFiles;
import org.djladapters.model.AdaptedModel;
import org.djladapters.student.StaticEmbedder;
import org.djladapters.task.embedding.EmbeddingTask;
import org.djladapters.task.metric.EvaluationListener;
import org.djladapters.task.student.StaticLearning;

/**
 * Makes a static student of an embedding model: a table of token vectors ({@link StaticEmbedder})
 * whose means have the directions of the model's vectors of texts.
 *
 * <p>The model embeds every token of its vocabulary alone and all texts. The table begins with the
 * vectors of the tokens less their mean, frequent ones weighted less. It becomes the one whose
 * means have the least squared distance to the vectors of the texts and to where it began. A
 * twentieth of the texts, at most 1,000, is not learned from and tells how near the student comes.
 *
 * <pre>{@code
 * StaticDistillation.Result result =
 *         StaticDistillation.builder()
 *                 .setTeacher(model)
 *                 .setPassages(passages)
 *                 .optQueries(queries)
 *                 .build()
 *                 .distill(Path.of("student"));
 * }</pre>
 */
public final class StaticDistillation {

    /** The fewest texts that a student is learned from. */
    public static final int FEWEST_TEXTS = StaticLearning.FEWEST_TEXTS;

    private static final int BATCH_SIZE = 64;

    private final Builder options;

    private StaticDistillation(Builder options) {
        this.options = options;
    }

    /**
     * Tells how a student was made.
     *
     * @param texts the number of different texts that it learned from
     * @param tokens the number of rows of its table
     * @param dimensions the number of dimensions of its vectors
     * @param heldOut the number of texts that it did not learn from
     * @param startCosine the mean cosine of its vectors of these to the teacher's before it learned
     * @param cosine the same of the finished student
     * @param textsPerSecond the number of texts that the teacher embedded in a second
     */
    public record Result(
            int texts,
            int tokens,
            int dimensions,
            int heldOut,
            double startCosine,
            double cosine,
            double textsPerSecond) {}

    /**
     * Creates a builder.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Learns a student and writes it, whole or not at all.
     *
     * @param output the directory to write, in which nothing may be
     * @return how it was made
     * @throws IOException if the tokenizer is not BERT's, or something is at the output
     * @throws IllegalArgumentException if the model gives texts no vectors, or shorter ones than
     *     asked for
     */
    public Result distill(Path output) throws IOException {
        AtomicFiles.requireVacant(output);
        StaticLearning learning =
                new StaticLearning(
                        options.teacher,
                        EmbeddingTask.of(options.teacher, options.maxLength).requireBoth(),
                        List.copyOf(options.queries),
                        List.copyOf(options.passages),
                        options.dimensions,
                        options.seed,
                        options.listener);
        StaticLearning.Learned learned = learning.run();
        AtomicFiles.writeDirectory(output, existing -> false, learned::write);
        return new Result(
                learned.texts(),
                learned.table().length / learned.dimensions(),
                learned.dimensions(),
                learned.heldOut(),
                learned.startCosine(),
                learned.cosine(),
                learned.textsPerSecond());
    }

    /**
     * Tells how well queries find their passages; the names are those of {@link Metrics}.
     *
     * @param teacher the metrics with the teacher's vectors
     * @param student those with the student's vectors
     * @param queries those with the student's vectors of queries and the teacher's of passages, an
     *     index that stays as it is; empty if the student has fewer dimensions
     */
    public record Searches(
            Map<String, Double> teacher,
            Map<String, Double> student,
            Map<String, Double> queries) {}

    /**
     * Compares a student with its teacher.
     *
     * @param student the student
     * @param data queries and passages
     * @return what each finds
     * @throws IOException if the tokenizer can't be read
     */
    public Searches compare(StaticEmbedder student, RetrievalData data) throws IOException {
        List<Map<String, Double>> metrics =
                EmbeddingTask.of(options.teacher, options.maxLength)
                        .requireBoth()
                        .measure(options.teacher, BATCH_SIZE)
                        .compare(data, student::embed, options.listener);
        return new Searches(metrics.get(0), metrics.get(1), metrics.get(2));
    }

    /** Gathers options. */
    public static final class Builder {

        private AdaptedModel teacher;
        private Set<String> passages;
        private Set<String> queries = Set.of();
        private OptionalInt dimensions = OptionalInt.empty();
        private OptionalInt maxLength = OptionalInt.empty();
        private long seed = 42;
        private EvaluationListener listener = new EvaluationListener() {};

        private Builder() {}

        /**
         * Sets the teacher, which embeds with the adapter that is active.
         *
         * @param teacher an embedding model with BERT's tokenizer, opened from a directory
         * @return this builder
         */
        public Builder setTeacher(AdaptedModel teacher) {
            this.teacher = teacher;
            return this;
        }

        /**
         * Sets the texts to learn from, to which the teacher puts its prompt of passages, if it has
         * one.
         *
         * @param passages texts; one that stands there twice counts once
         * @return this builder
         */
        public Builder setPassages(List<String> passages) {
            this.passages = new LinkedHashSet<>(passages);
            return this;
        }

        /**
         * Sets further texts, to which the teacher puts its prompt of queries (default: none).
         *
         * @param queries texts as they are searched for
         * @return this builder
         */
        public Builder optQueries(List<String> queries) {
            this.queries = new LinkedHashSet<>(queries);
            return this;
        }

        /**
         * Sets the number of dimensions (default: that of the teacher). With fewer ones, vectors
         * are those of the teacher along the axes on which its vectors of the texts are largest,
         * the largest first.
         *
         * @param dimensions at least 1
         * @return this builder
         */
        public Builder optDimensions(int dimensions) {
            this.dimensions = OptionalInt.of(dimensions);
            return this;
        }

        /**
         * Sets the length to which the teacher truncates texts (default: that with which the active
         * adapter was trained, else what suits the model).
         *
         * @param maxLength in tokens
         * @return this builder
         */
        public Builder optMaxLength(int maxLength) {
            this.maxLength = OptionalInt.of(maxLength);
            return this;
        }

        /**
         * Sets the random seed by which texts are held out (default 42).
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
         * @param listener learns how many texts and tokens the teacher has embedded; an exception
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
         * @return the distillation
         * @throws IllegalArgumentException if there are too few texts, or a number is out of its
         *     range
         */
        public StaticDistillation build() {
            Objects.requireNonNull(teacher, "setTeacher is missing");
            Objects.requireNonNull(passages, "setPassages is missing");
            int texts = passages.size() + queries.size();
            if (texts < FEWEST_TEXTS) {
                throw new IllegalArgumentException(
                        "A static student is learned from at least %d different texts, but there are %d; give more"
                                .formatted(FEWEST_TEXTS, texts));
            }
            if (dimensions.isPresent() && dimensions.getAsInt() < 1) {
                throw new IllegalArgumentException(
                        "The number of dimensions must be at least 1, got "
                                + dimensions.getAsInt());
            }
            return new StaticDistillation(copy());
        }

        private Builder copy() {
            Builder copy = new Builder();
            copy.teacher = teacher;
            copy.passages = passages;
            copy.queries = queries;
            copy.dimensions = dimensions;
            copy.maxLength = maxLength;
            copy.seed = seed;
            copy.listener = listener;
            return copy;
        }
    }
}
