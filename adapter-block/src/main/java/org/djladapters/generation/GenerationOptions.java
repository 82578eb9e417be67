/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.djladapters.io.PlainNumber;

/**
 * The options of generation. Immutable.
 *
 * <p>Without a temperature decoding is greedy: the next token is that of the largest score. With
 * one it is drawn. The scores of tokens are the model's logits, changed in this order: the
 * repetition penalty, the temperature, top-k, top-p.
 *
 * <p>What is left open comes from the model's {@code generation_config.json} where that has {@code
 * max_new_tokens}, {@code repetition_penalty}, and, for texts that are drawn, {@code top_k} and
 * {@code top_p}. Its {@code temperature} and {@code do_sample} are not followed: who wants to draw
 * says so.
 *
 * @param maxNewTokens the largest number of tokens that are added to a prompt; empty for {@value
 *     #DEFAULT_MAX_NEW_TOKENS}, or fewer where the model takes no more
 * @param temperature what scores are divided by before a token is drawn; empty for greedy decoding
 * @param topK how many tokens, those of the largest scores, are drawn from; empty for all
 * @param topP the probability that the tokens that are drawn from have together at least, the
 *     likeliest first; empty for 1
 * @param repetitionPenalty what positive scores of tokens that the text has already are divided by,
 *     and negative ones multiplied by; empty for 1
 * @param stop texts at which generation ends; they are no part of what is generated
 * @param seed decides what is drawn, with the place of the prompt among the others
 */
public record GenerationOptions(
        OptionalInt maxNewTokens,
        OptionalDouble temperature,
        OptionalInt topK,
        OptionalDouble topP,
        OptionalDouble repetitionPenalty,
        List<String> stop,
        long seed) {

    /** The largest number of new tokens where nothing else is chosen. */
    public static final int DEFAULT_MAX_NEW_TOKENS = 256;

    /** Scores that are divided by less would be no numbers any more. */
    private static final double LEAST_TEMPERATURE = 1e-6;

    /** The options where nothing is chosen. */
    public static final GenerationOptions DEFAULT = builder().build();

    /** Checks the options. */
    public GenerationOptions {
        if (maxNewTokens.orElse(1) < 1) {
            throw new IllegalArgumentException(
                    "The number of new tokens must be at least 1, got " + maxNewTokens.getAsInt());
        }
        requirePositive("repetition penalty", repetitionPenalty, "1 changes nothing");
        requirePositive("temperature", temperature, "leave it out for the likeliest tokens");
        if (temperature.orElse(1) < LEAST_TEMPERATURE) {
            throw new IllegalArgumentException(
                    "The temperature must be at least %s, got %s; leave it out for the likeliest tokens"
                            .formatted(LEAST_TEMPERATURE, temperature.getAsDouble()));
        }
        if (topK.orElse(1) < 1) {
            throw new IllegalArgumentException(
                    "Top-k must be at least 1, got %d; leave it out to draw from all tokens"
                            .formatted(topK.getAsInt()));
        }
        if (!(topP.orElse(1) > 0 && topP.orElse(1) <= 1)) {
            throw new IllegalArgumentException(
                    "Top-p must be greater than 0 and at most 1, got "
                            + PlainNumber.of(topP.getAsDouble()));
        }
        if (temperature.isEmpty() && (topK.isPresent() || topP.isPresent())) {
            throw new IllegalArgumentException(
                    ("%s chooses what tokens are drawn from, but without a temperature none is"
                                    + " drawn; give a temperature, 1 for the model's own"
                                    + " probabilities")
                            .formatted(topK.isPresent() ? "Top-k" : "Top-p"));
        }
        stop = List.copyOf(stop);
        if (stop.contains("")) {
            throw new IllegalArgumentException(
                    "A text to stop at is empty, which would stop at once; leave it out");
        }
    }

    private static void requirePositive(String what, OptionalDouble value, String hint) {
        double number = value.orElse(1);
        if (!(number > 0 && Double.isFinite(number))) {
            throw new IllegalArgumentException(
                    "The %s must be positive, got %s; %s"
                            .formatted(what, PlainNumber.of(number), hint));
        }
    }

    /** Creates a builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** Gathers options. */
    public static final class Builder {

        private OptionalInt maxNewTokens = OptionalInt.empty();
        private OptionalDouble temperature = OptionalDouble.empty();
        private OptionalInt topK = OptionalInt.empty();
        private OptionalDouble topP = OptionalDouble.empty();
        private OptionalDouble repetitionPenalty = OptionalDouble.empty();
        private List<String> stop = List.of();
        private long seed;

        private Builder() {}

        /**
         * Sets the largest number of tokens that are added to a prompt (default {@value
         * GenerationOptions#DEFAULT_MAX_NEW_TOKENS}, or fewer where the model takes no more).
         *
         * @param maxNewTokens at least 1
         * @return this builder
         */
        public Builder optMaxNewTokens(int maxNewTokens) {
            this.maxNewTokens = OptionalInt.of(maxNewTokens);
            return this;
        }

        /**
         * Has tokens drawn by chance (default: the likeliest token is taken).
         *
         * @param temperature a positive number: 1 draws by the model's probabilities, a smaller one
         *     prefers likely tokens
         * @return this builder
         */
        public Builder optTemperature(double temperature) {
            this.temperature = OptionalDouble.of(temperature);
            return this;
        }

        /**
         * Sets how many tokens are drawn from (default: all).
         *
         * @param topK at least 1; tokens that are as likely as the last of them belong to them
         * @return this builder
         */
        public Builder optTopK(int topK) {
            this.topK = OptionalInt.of(topK);
            return this;
        }

        /**
         * Sets which probability the tokens that are drawn from have together (default 1): the
         * smallest set of the likeliest ones that reaches it.
         *
         * @param topP greater than 0, at most 1
         * @return this builder
         */
        public Builder optTopP(double topP) {
            this.topP = OptionalDouble.of(topP);
            return this;
        }

        /**
         * Sets how much less likely tokens become that prompt or text have already (default 1).
         *
         * @param penalty a positive number: a score greater than 0 is divided by it, one less than
         *     0 multiplied
         * @return this builder
         */
        public Builder optRepetitionPenalty(double penalty) {
            this.repetitionPenalty = OptionalDouble.of(penalty);
            return this;
        }

        /**
         * Sets texts at which generation ends (default: none), besides the model's end tokens. They
         * may begin and end within a token; what is generated ends before them.
         *
         * @param stop the texts
         * @return this builder
         */
        public Builder optStop(String... stop) {
            this.stop = List.of(stop);
            return this;
        }

        /**
         * Sets what decides the tokens that are drawn (default 0): the same seed gives the same
         * text.
         *
         * @param seed any number
         * @return this builder
         */
        public Builder optSeed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Checks the options.
         *
         * @return the options
         * @throws IllegalArgumentException if a number is out of its range, or top-k or top-p is
         *     given without a temperature
         */
        public GenerationOptions build() {
            return new GenerationOptions(
                    maxNewTokens, temperature, topK, topP, repetitionPenalty, stop, seed);
        }
    }
}
