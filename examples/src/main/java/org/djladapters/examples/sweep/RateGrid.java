/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The learning rates that are tried for a method: each factor of the adapter's rate with each of
 * the head's.
 *
 * @param factors factors of the adapter's rate, in rising order
 * @param headFactors factors of the head's rate, in rising order
 */
record RateGrid(List<Double> factors, List<Double> headFactors) {

    private static final int LONGEST_AXIS = 9;

    /** The digits of factors that a grid grows by. */
    private static final MathContext DIGITS = new MathContext(4);

    RateGrid {
        factors = List.copyOf(factors);
        headFactors = List.copyOf(headFactors);
    }

    /** Returns the smallest grid that holds all of some rates. */
    static RateGrid of(Collection<Rates> tried) {
        return new RateGrid(
                tried.stream().map(Rates::factor).distinct().sorted().toList(),
                tried.stream().map(Rates::headFactor).distinct().sorted().toList());
    }

    /** Returns all pairs of factors. */
    List<Rates> rates() {
        return factors.stream()
                .flatMap(factor -> headFactors.stream().map(head -> new Rates(factor, head)))
                .toList();
    }

    /** Tells whether rates are the first or the last of several on an axis. */
    boolean isEdge(Rates rates) {
        return isEdge(factors, rates.factor()) || isEdge(headFactors, rates.headFactor());
    }

    private static boolean isEdge(List<Double> axis, double factor) {
        return axis.size() > 1 && (factor == axis.get(0) || factor == axis.get(axis.size() - 1));
    }

    /**
     * Returns this grid with one more factor at each end at which the best rates lie, as far from
     * its neighbour as that is from the next; this grid if they lie at no end, or an axis has nine
     * factors.
     */
    RateGrid grown(Rates best) {
        return new RateGrid(grown(factors, best.factor()), grown(headFactors, best.headFactor()));
    }

    private static List<Double> grown(List<Double> axis, double best) {
        if (!isEdge(axis, best) || axis.size() >= LONGEST_AXIS) {
            return axis;
        }
        List<Double> longer = new ArrayList<>(axis);
        int last = axis.size() - 1;
        if (best == axis.get(0)) {
            longer.add(0, beyond(best, axis.get(1)));
        } else {
            longer.add(beyond(best, axis.get(last - 1)));
        }
        return longer;
    }

    private static double beyond(double end, double neighbour) {
        return new BigDecimal(end * end / neighbour).round(DIGITS).doubleValue();
    }
}
