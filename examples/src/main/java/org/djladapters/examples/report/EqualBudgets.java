/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Compares compound methods with the curves of other families at equal numbers of parameters. */
final class EqualBudgets {

    /** The numbers for which methods are listed. */
    static final List<Long> BUDGETS = List.of(1_000L, 3_000L, 10_000L, 30_000L);

    /** How much a method may exceed a budget. */
    private static final double TOLERANCE = 1.15;

    private final List<Standing> standings;
    private final Map<String, FamilyCurve> curves = new LinkedHashMap<>();

    /**
     * Draws the curves.
     *
     * @param standings the places of methods with adapter parameters; others are left out
     */
    EqualBudgets(List<Standing> standings) {
        this.standings =
                standings.stream()
                        .filter(standing -> standing.parameters() > 0)
                        .filter(standing -> !FamilyColors.isBaseline(standing.family()))
                        .toList();
        this.standings.stream()
                .collect(
                        Collectors.groupingBy(
                                Standing::family, LinkedHashMap::new, Collectors.toList()))
                .forEach((family, members) -> curves.put(family, new FamilyCurve(members)));
    }

    /** How a compound method compares with the curve of a family. */
    enum Outcome {
        ABOVE,
        BELOW,
        /** Below by at most a standard deviation. */
        SLIGHTLY_BELOW,
        /** The family has no point that small. */
        NOT_COMPARABLE
    }

    /**
     * A comparison.
     *
     * @param point the compound method
     * @param family the other family
     * @param other the value of its curve; NaN if it has no point that small
     * @param deviation the standard deviation of the difference; NaN if unknown
     */
    record Comparison(Standing point, String family, double other, double deviation) {

        double difference() {
            return point.value() - other;
        }

        boolean isWithinDeviation() {
            return Math.abs(difference()) <= deviation;
        }

        Outcome outcome() {
            if (Double.isNaN(other)) {
                return Outcome.NOT_COMPARABLE;
            }
            if (difference() >= 0) {
                return Outcome.ABOVE;
            }
            return isWithinDeviation() ? Outcome.SLIGHTLY_BELOW : Outcome.BELOW;
        }
    }

    List<String> families() {
        return List.copyOf(curves.keySet());
    }

    Optional<FamilyCurve> curve(String family) {
        return Optional.ofNullable(curves.get(family));
    }

    List<String> rivals() {
        return families().stream().filter(family -> !family.equals(FamilyColors.COMPOUND)).toList();
    }

    /** The best method of a family with about as many parameters as a budget, or fewer. */
    Optional<Standing> best(String family, long budget) {
        return standings.stream()
                .filter(standing -> standing.family().equals(family))
                .filter(standing -> standing.parameters() <= budget * TOLERANCE)
                .max(Comparator.comparingDouble(Standing::value));
    }

    /** All compound methods, by parameters. */
    List<Standing> compound() {
        return standings.stream()
                .filter(standing -> standing.family().equals(FamilyColors.COMPOUND))
                .sorted(Comparator.comparingLong(Standing::parameters))
                .toList();
    }

    /** Compares a compound method with all other families. */
    List<Comparison> comparisons(Standing point) {
        return rivals().stream().map(family -> compare(point, family)).toList();
    }

    private Comparison compare(Standing point, String family) {
        Optional<FamilyCurve.Value> other = curves.get(family).at(point.parameters());
        return new Comparison(
                point,
                family,
                other.map(FamilyCurve.Value::value).orElse(Double.NaN),
                Standing.joint(
                        point.deviation(),
                        other.map(FamilyCurve.Value::deviation).orElse(Double.NaN)));
    }

    /** Compares the compound methods that no smaller one reaches. */
    List<Comparison> comparisonsOfFront() {
        return curve(FamilyColors.COMPOUND).stream()
                .flatMap(curve -> curve.points().stream())
                .flatMap(point -> comparisons(point).stream())
                .filter(comparison -> comparison.outcome() != Outcome.NOT_COMPARABLE)
                .toList();
    }

    /**
     * Compares the methods of other families, those that no smaller one of their family reaches,
     * with the compound curve.
     */
    List<Comparison> comparisonsOfRivals() {
        if (curve(FamilyColors.COMPOUND).isEmpty()) {
            return List.of();
        }
        return rivals().stream()
                .flatMap(family -> curves.get(family).points().stream())
                .map(point -> compare(point, FamilyColors.COMPOUND))
                .filter(comparison -> comparison.outcome() != Outcome.NOT_COMPARABLE)
                .toList();
    }
}
