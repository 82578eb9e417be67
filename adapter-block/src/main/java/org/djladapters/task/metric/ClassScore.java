/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.metric;

/**
 * How well a class, or a type of entities, is found.
 *
 * @param label its name
 * @param right how many examples, or entities, have it and are predicted so
 * @param predicted how many are predicted so
 * @param support how many have it
 */
public record ClassScore(String label, long right, long predicted, long support) {

    /**
     * Returns the share of the predictions that are right.
     *
     * @return the precision; 0 if it is never predicted
     */
    public double precision() {
        return share(right, predicted);
    }

    /**
     * Returns the share that is found.
     *
     * @return the recall; 0 if nothing has the class
     */
    public double recall() {
        return share(right, support);
    }

    /**
     * Returns the harmonic mean of precision and recall.
     *
     * @return 2 tp / (2 tp + fp + fn); 0 if it is neither predicted nor there
     */
    public double f1() {
        return share(2 * right, predicted + support);
    }

    /**
     * Returns the score of two classes taken together.
     *
     * @param other the other class
     * @return the sums of the counts, with the name of this one
     */
    public ClassScore plus(ClassScore other) {
        return new ClassScore(
                label, right + other.right, predicted + other.predicted, support + other.support);
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
