/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Chooses the next token of a text by its logits, as {@link GenerationOptions} say.
 *
 * <p>Scores are computed in float32, sums of probabilities in float64.
 */
final class TokenSampler {

    private final GenerationOptions options;
    private final Random random;

    /**
     * Prepares for a text by its place among those of a call, so that equal prompts get different
     * texts, and none depends on how many others there are.
     */
    TokenSampler(GenerationOptions options, int place) {
        this.options = options;
        // The golden ratio's bits keep neighbouring seeds and places apart.
        random = new Random(options.seed() + place * 0x9E3779B97F4A7C15L);
    }

    /** Chooses a token by the logits of all and by the tokens before it, the prompt included. */
    int choose(float[] logits, int... text) {
        float[] scores = scores(logits, text);
        return options.temperature().isPresent() ? draw(scores) : largest(scores);
    }

    /** Returns the scores of all tokens; negative infinity for those that can't be chosen. */
    float[] scores(float[] logits, int... text) {
        float[] scores = logits.clone();
        float penalty = (float) options.repetitionPenalty().orElse(1);
        if (penalty != 1) {
            Arrays.stream(text).distinct().forEach(token -> penalize(scores, token, penalty));
        }
        OptionalDouble temperature = options.temperature();
        if (temperature.isEmpty()) {
            return scores;
        }
        for (int token = 0; token < scores.length; token++) {
            scores[token] /= (float) temperature.getAsDouble();
        }
        if (options.topK().orElse(scores.length) < scores.length) {
            keepLargest(scores, options.topK().getAsInt());
        }
        if (options.topP().orElse(1) < 1) {
            keepLikeliest(scores, options.topP().getAsDouble());
        }
        return scores;
    }

    private static void penalize(float[] scores, int token, float penalty) {
        if (token < scores.length) {
            float score = scores[token];
            scores[token] = score < 0 ? score * penalty : score / penalty;
        }
    }

    /** Keeps the k largest scores and those equal to the last of them. */
    private static void keepLargest(float[] scores, int k) {
        PriorityQueue<Float> largest = new PriorityQueue<>(k + 1);
        for (float score : scores) {
            if (largest.size() < k || score > largest.element()) {
                largest.add(score);
            }
            if (largest.size() > k) {
                largest.remove();
            }
        }
        float least = largest.element();
        for (int token = 0; token < scores.length; token++) {
            if (scores[token] < least) {
                scores[token] = Float.NEGATIVE_INFINITY;
            }
        }
    }

    /** Drops unlikely tokens as long as the probability of what is left is at least p. */
    private static void keepLikeliest(float[] scores, double p) {
        double[] weights = weights(scores);
        double rest = (1 - p) * Arrays.stream(weights).sum();
        int[] ascending = ascending(scores);
        double dropped = 0;
        for (int i = 0; i < ascending.length - 1; i++) {
            dropped += weights[ascending[i]];
            if (dropped > rest) {
                return;
            }
            scores[ascending[i]] = Float.NEGATIVE_INFINITY;
        }
    }

    /** Returns the tokens by their scores, the smallest first. */
    private static int[] ascending(float[] scores) {
        long[] keys = new long[scores.length];
        for (int token = 0; token < keys.length; token++) {
            int bits = Float.floatToIntBits(scores[token]);
            // integers in the order of the numbers: those of negative ones are turned round
            keys[token] = (long) (bits ^ (bits >> 31) >>> 1) << 32 | token;
        }
        Arrays.sort(keys);
        return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
    }

    /** Returns the exponentials of scores, scaled so that the largest is 1. */
    private static double[] weights(float[] scores) {
        double most = scores[largest(scores)];
        double[] weights = new double[scores.length];
        for (int token = 0; token < weights.length; token++) {
            weights[token] = Math.exp(scores[token] - most);
        }
        return weights;
    }

    private int draw(float[] scores) {
        double[] weights = weights(scores);
        double left = random.nextDouble() * Arrays.stream(weights).sum();
        for (int token = 0; token < weights.length; token++) {
            left -= weights[token];
            if (left < 0) {
                return token;
            }
        }
        return largest(scores); // what rounding left over
    }

    private static int largest(float[] scores) {
        int best = 0;
        for (int token = 1; token < scores.length; token++) {
            best = scores[token] > scores[best] ? token : best;
        }
        return best;
    }
}
