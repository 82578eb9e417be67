/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.List;
import java.util.Optional;

/**
 * What a family of methods reaches with a number of parameters: straight lines over the logarithm
 * of the number, between those of its points that none of its smaller ones reaches.
 */
final class FamilyCurve {

    private final List<Standing> points;

    /**
     * Draws the curve.
     *
     * @param standings the places of a family, at least one
     */
    FamilyCurve(List<Standing> standings) {
        points = Standing.front(standings);
    }

    /** A value of the curve; the deviation is NaN where the points have none. */
    record Value(double value, double deviation) {}

    List<Standing> points() {
        return points;
    }

    long smallest() {
        return points.get(0).parameters();
    }

    private Standing largest() {
        return points.get(points.size() - 1);
    }

    /**
     * Returns the value at a number of parameters; at more than the largest point has, that
     * point's, since so many are not needed.
     *
     * @return the value, none below the smallest point
     */
    Optional<Value> at(long parameters) {
        if (parameters < smallest()) {
            return Optional.empty();
        }
        Standing last = largest();
        for (int i = 1; i < points.size(); i++) {
            if (parameters < points.get(i).parameters()) {
                return Optional.of(between(points.get(i - 1), points.get(i), parameters));
            }
        }
        return Optional.of(new Value(last.value(), last.deviation()));
    }

    private static Value between(Standing a, Standing b, long parameters) {
        double start = Math.log((double) a.parameters());
        double end = Math.log((double) b.parameters());
        double share = (Math.log((double) parameters) - start) / (end - start);
        return new Value(
                a.value() + share * (b.value() - a.value()),
                a.deviation() + share * (b.deviation() - a.deviation()));
    }
}
