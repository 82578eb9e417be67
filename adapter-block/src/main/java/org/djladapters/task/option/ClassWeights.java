/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.option;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.djladapters.io.PlainNumber;

/**
 * The weights of classes in the loss.
 *
 * <p>For a classification an example counts as much as its class weighs; the loss is the weighted
 * mean. For classes of which a text may have several, the weight of a class counts for the examples
 * that have it, and those without it count 1.
 */
public final class ClassWeights {

    /** Every class weighs 1. */
    public static final ClassWeights EQUAL = new ClassWeights(Map.of(), false);

    /**
     * Rare classes weigh more, by the training data. For a classification a class with n of N
     * examples weighs N / (n k), where k is the number of classes; where a text may have several
     * classes, one with n of N examples weighs (N - n) / n.
     */
    public static final ClassWeights BALANCED = new ClassWeights(Map.of(), true);

    private static final String BALANCED_WORD = "balanced";

    private final Map<String, Double> weights;
    private final boolean balanced;

    private ClassWeights(Map<String, Double> weights, boolean balanced) {
        this.weights = weights;
        this.balanced = balanced;
    }

    /**
     * Returns given weights.
     *
     * @param weights positive numbers by the names of classes; classes that are left out weigh 1
     * @throws IllegalArgumentException if a weight is not positive or exceeds the range of float32
     */
    public static ClassWeights of(Map<String, Double> weights) {
        weights.forEach(
                (label, weight) -> {
                    if (!(weight >= Float.MIN_NORMAL && weight <= Float.MAX_VALUE)) {
                        throw new IllegalArgumentException(
                                "The weight of the class '%s' must be positive and within the range of float32, got %s"
                                        .formatted(label, PlainNumber.of(weight)));
                    }
                });
        return new ClassWeights(Collections.unmodifiableMap(new TreeMap<>(weights)), false);
    }

    /**
     * Reads weights as the command line takes them.
     *
     * @param word {@code balanced}, or classes with weights, such as {@code spam=5,other=0.5}
     * @throws IllegalArgumentException if it is something else; the message says what
     */
    public static ClassWeights of(String word) {
        if (word.equalsIgnoreCase(BALANCED_WORD)) {
            return BALANCED;
        }
        Map<String, Double> weights = new LinkedHashMap<>();
        for (String entry : word.split(",", -1)) {
            int sign = entry.lastIndexOf('=');
            if (sign < 1) {
                throw wrong(word);
            }
            try {
                String label = entry.substring(0, sign).strip();
                if (weights.put(label, Double.valueOf(entry.substring(sign + 1))) != null) {
                    throw new IllegalArgumentException(
                            "The class '%s' has two weights in '%s'; leave one out"
                                    .formatted(label, word));
                }
            } catch (NumberFormatException e) {
                throw wrong(word);
            }
        }
        return of(weights);
    }

    private static IllegalArgumentException wrong(String word) {
        return new IllegalArgumentException(
                "'%s' gives no weights of classes; write balanced, or classes with weights, such as spam=5,other=0.5"
                        .formatted(word));
    }

    /** Returns the weights that were given, by the names of classes. */
    public Map<String, Double> weights() {
        return weights;
    }

    /** Returns whether the training data decide the weights. */
    public boolean isBalanced() {
        return balanced;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClassWeights same
                && balanced == same.balanced
                && weights.equals(same.weights);
    }

    @Override
    public int hashCode() {
        return weights.hashCode() + (balanced ? 1 : 0);
    }

    /** Returns the weights as {@link #of(String)} reads them; {@code equal} for equal ones. */
    @Override
    public String toString() {
        if (balanced) {
            return BALANCED_WORD;
        }
        return weights.isEmpty()
                ? "equal"
                : weights.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + PlainNumber.of(entry.getValue()))
                        .collect(Collectors.joining(","));
    }
}
