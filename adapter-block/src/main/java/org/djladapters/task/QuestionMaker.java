/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import org.djladapters.data.ChatMessage;
import org.djladapters.data.Corpus;
import org.djladapters.data.PairData;
import org.djladapters.generation.GeneratedText;
import org.djladapters.generation.GenerationOptions;
import org.djladapters.generation.TextGenerator;
import org.djladapters.model.AdaptedModel;
import org.djladapters.option.Option;
import org.djladapters.task.metric.EvaluationListener;

/**
 * Lets a causal language model write the questions that passages answer, to train a search of these
 * passages where there are no questions of people.
 *
 * <p>Of what the model writes, the first line counts, without a number, quotes or the word
 * "question" before it. Left out are questions without a letter, those that were not finished
 * within the number of tokens, those that were there before, and those that are copied: with eight
 * words of the passage in a row, or shorter and a part of the passage as they are. {@link
 * RoundTrip} leaves out those that do not find their passage.
 *
 * <pre>{@code
 * PairData questions =
 *         QuestionMaker.builder().setModel(model).setCorpus(corpus).build().make().pairs();
 * }</pre>
 */
public final class QuestionMaker {

    /** The place of the passage in a template. */
    public static final String PASSAGE = "{passage}";

    /** The template that a model continues: three texts with their questions, and a fourth one. */
    public static final String CONTINUED =
            """
            Text: Fill the salt container of the dishwasher when the lamp beside the door is lit.
            Question: what does the lamp next to the dishwasher door mean

            Text: The library is open from 9 to 18 on weekdays. Borrowed books are returned at the \
            desk on the first floor.
            Question: how late can I return a book

            Text: This program turns scanned pages into text. It reads TIFF and PNG files and knows \
            40 languages.
            Question: which software makes text of a scanned page

            Text: {passage}
            Question:\
            """;

    /** The template of a chat. */
    public static final String ASKED =
            "Read this text:\n\n"
                    + PASSAGE
                    + "\n\nWrite one short question that this text answers. Answer with the"
                    + " question alone.";

    /** How many questions are written before the listener is told. */
    private static final int CHUNK = 64;

    private final Builder options;

    private QuestionMaker(Builder options) {
        this.options = options;
    }

    /**
     * The questions that were made.
     *
     * @param pairs questions with their passages, in the order of the passages; may be empty
     * @param written how many questions the model wrote
     * @param empty how many of them had no letter, or were not finished
     * @param repeated how many were there before
     * @param copied how many were copied from the passage
     */
    public record Made(List<PairData.Row> pairs, int written, int empty, int repeated, int copied) {

        /** Makes the list unmodifiable. */
        public Made {
            pairs = List.copyOf(pairs);
        }
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
     * Writes questions with the model as it is now.
     *
     * @return those that are left; those of the same seed, model and passages are the same
     * @throws IOException if the tokenizer can't be read
     * @throws IllegalArgumentException if the model writes no texts or has no chat template that is
     *     to be used, or a passage is too long for it
     * @throws ArithmeticException if the model's outputs are not finite
     */
    public Made make() throws IOException {
        List<String> passages = new ArrayList<>();
        for (String passage : chosen()) {
            passages.addAll(Collections.nCopies(options.questions, passage));
        }
        List<PairData.Row> pairs = new ArrayList<>();
        Set<String> known = new HashSet<>();
        int empty = 0;
        int repeated = 0;
        int copied = 0;
        try (TextGenerator generator = TextGenerator.open(options.model)) {
            options.listener.onExamples(0, passages.size());
            for (int start = 0; start < passages.size(); start += CHUNK) {
                List<String> some =
                        passages.subList(start, Math.min(passages.size(), start + CHUNK));
                List<GeneratedText> texts = write(generator, some, start / CHUNK);
                for (int i = 0; i < some.size(); i++) {
                    Optional<WrittenQuestion> question = WrittenQuestion.of(texts.get(i));
                    if (question.isEmpty()) {
                        empty++;
                    } else if (!known.add(question.get().words())) {
                        repeated++;
                    } else if (question.get().isCopied(some.get(i))) {
                        copied++;
                    } else {
                        pairs.add(PairData.Row.of(question.get().text(), some.get(i)));
                    }
                }
                options.listener.onExamples(start + some.size(), passages.size());
            }
        }
        return new Made(pairs, passages.size(), empty, repeated, copied);
    }

    /** Returns the passages that questions are written for, each text once. */
    private Collection<String> chosen() {
        List<String> all = new ArrayList<>(new LinkedHashSet<>(options.corpus.texts().values()));
        if (options.passages >= all.size()) {
            return all;
        }
        List<Integer> places = new ArrayList<>();
        for (int place = 0; place < all.size(); place++) {
            places.add(place);
        }
        Collections.shuffle(places, new Random(options.seed));
        return places.subList(0, options.passages).stream().sorted().map(all::get).toList();
    }

    private List<GeneratedText> write(TextGenerator generator, List<String> passages, int chunk) {
        String template = options.template.orElse(options.chat ? ASKED : CONTINUED);
        List<int[]> prompts = new ArrayList<>();
        for (String passage : passages) {
            String prompt = template.replace(PASSAGE, shortened(passage));
            prompts.add(
                    options.chat
                            ? generator.tokens(List.of(ChatMessage.user(prompt)))
                            : generator.tokens(prompt));
        }
        GenerationOptions.Builder drawn =
                GenerationOptions.builder()
                        .optMaxNewTokens(options.maxNewTokens)
                        .optSeed(options.seed + chunk);
        options.temperature.ifPresent(drawn::optTemperature);
        if (!options.chat) {
            drawn.optStop("\n"); // the model would go on with a text of its own
        }
        return generator.run(prompts, drawn.build());
    }

    private String shortened(String passage) {
        if (passage.length() <= options.maxCharacters) {
            return passage;
        }
        boolean half = Character.isHighSurrogate(passage.charAt(options.maxCharacters - 1));
        return passage.substring(0, options.maxCharacters - (half ? 1 : 0));
    }

    /** Gathers options. */
    public static final class Builder {

        private AdaptedModel model;
        private Corpus corpus;
        private int passages = Integer.MAX_VALUE;
        private int questions = 1;
        private Optional<String> template = Optional.empty();
        private boolean chat;
        private int maxCharacters = 1500;
        private int maxNewTokens = 48;
        private OptionalDouble temperature = OptionalDouble.empty();
        private long seed = 42;
        private EvaluationListener listener = new EvaluationListener() {};

        private Builder() {}

        /**
         * Sets the model, which writes with the adapter that is active.
         *
         * @param model a causal language model that was opened from a directory
         * @return this builder
         */
        public Builder setModel(AdaptedModel model) {
            this.model = model;
            return this;
        }

        /**
         * Sets the passages.
         *
         * @param corpus the texts
         * @return this builder
         */
        public Builder setCorpus(Corpus corpus) {
            this.corpus = corpus;
            return this;
        }

        /**
         * Sets for how many passages questions are written, which are drawn at random (default: for
         * all).
         *
         * @param passages at least 1
         * @return this builder
         */
        public Builder optPassages(int passages) {
            this.passages = passages;
            return this;
        }

        /**
         * Sets how many questions are written for each passage (default 1).
         *
         * @param questions at least 1; several need a temperature, since they would be the same
         * @return this builder
         */
        public Builder optQuestions(int questions) {
            this.questions = questions;
            return this;
        }

        /**
         * Sets what the model continues (default {@link QuestionMaker#CONTINUED}), or is asked in a
         * chat (default {@link QuestionMaker#ASKED}).
         *
         * @param template a text with {@link QuestionMaker#PASSAGE} in it
         * @return this builder
         */
        public Builder optTemplate(String template) {
            this.template = Optional.of(template);
            return this;
        }

        /**
         * Sets whether the template is the turn of a user in a chat (default: no). Large models
         * answer well; small ones write better questions as a continuation of others.
         *
         * @param chat true for models with a chat template
         * @return this builder
         */
        public Builder optChat(boolean chat) {
            this.chat = chat;
            return this;
        }

        /**
         * Sets after how many characters a passage is cut for the model (default 1500).
         *
         * @param maxCharacters at least 1
         * @return this builder
         */
        public Builder optMaxCharacters(int maxCharacters) {
            this.maxCharacters = maxCharacters;
            return this;
        }

        /**
         * Sets how many tokens a question may have (default 48).
         *
         * @param maxNewTokens at least 1
         * @return this builder
         */
        public Builder optMaxNewTokens(int maxNewTokens) {
            this.maxNewTokens = maxNewTokens;
            return this;
        }

        /**
         * Sets that tokens are drawn at random (default: the likeliest ones are taken).
         *
         * @param temperature 1 for the model's probabilities, less to prefer likelier tokens
         * @return this builder
         */
        public Builder optTemperature(double temperature) {
            this.temperature = OptionalDouble.of(temperature);
            return this;
        }

        /**
         * Sets the random seed (default 42).
         *
         * @param seed the seed of passages and tokens
         * @return this builder
         */
        public Builder optSeed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Sets the listener of the work (default: none).
         *
         * @param listener learns how many questions are written; an exception that it throws ends
         *     the work
         * @return this builder
         */
        public Builder optListener(EvaluationListener listener) {
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Checks the options.
         *
         * @return the maker of questions
         * @throws IllegalArgumentException if a number is out of its range, or the template has no
         *     place for the passage
         */
        public QuestionMaker build() {
            Objects.requireNonNull(model, "setModel is missing");
            Objects.requireNonNull(corpus, "setCorpus is missing");
            Option.requirePositive("number of passages", passages);
            Option.requirePositive("number of questions", questions);
            Option.requirePositive("number of characters", maxCharacters);
            if (questions > 1 && temperature.isEmpty()) {
                throw new IllegalArgumentException(
                        "The likeliest question of a passage is always the same; set a temperature,"
                                + " or write one question");
            }
            if (template.isPresent() && !template.get().contains(PASSAGE)) {
                throw new IllegalArgumentException(
                        "The template '%s' has no place for the passage; write %s where it is to stand"
                                .formatted(template.get(), PASSAGE));
            }
            GenerationOptions.Builder checked =
                    GenerationOptions.builder().optMaxNewTokens(maxNewTokens);
            temperature.ifPresent(checked::optTemperature);
            checked.build();
            return new QuestionMaker(copy());
        }

        private Builder copy() {
            Builder copy = new Builder();
            copy.model = model;
            copy.corpus = corpus;
            copy.passages = passages;
            copy.questions = questions;
            copy.template = template;
            copy.chat = chat;
            copy.maxCharacters = maxCharacters;
            copy.maxNewTokens = maxNewTokens;
            copy.temperature = temperature;
            copy.seed = seed;
            copy.listener = listener;
            return copy;
        }
    }
}
