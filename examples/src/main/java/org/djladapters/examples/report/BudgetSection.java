/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.ArrayList;
import java.util.List;
import org.djladapters.examples.report.Block.Bullets;
import org.djladapters.examples.report.Block.Heading;
import org.djladapters.examples.report.Block.Paragraph;
import org.djladapters.examples.report.Block.Rows;
import org.djladapters.examples.report.EqualBudgets.Comparison;
import org.djladapters.examples.report.EqualBudgets.Outcome;

/** Methods at equal numbers of parameters. */
final class BudgetSection {

    private BudgetSection() {}

    /** The comparison of a suite; nothing without a complete compound method and another. */
    static List<Block> blocks(Suite suite) {
        EqualBudgets budgets = new EqualBudgets(suite.standings());
        if (budgets.compound().isEmpty() || budgets.rivals().isEmpty()) {
            return List.of();
        }
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Heading(2, "Suite " + suite.name() + ": equal numbers of parameters"));
        blocks.add(new Bullets(budgets.rivals().stream().map(f -> words(budgets, f)).toList()));
        blocks.add(bests(budgets));
        blocks.add(
                new Paragraph(
                        "The best average of each family with at most the given number of"
                                + " adapter parameters (up to 15 % more counts as equal)."));
        blocks.add(comparisons(budgets));
        blocks.add(
                new Paragraph(
                        "Average of a compound method, and how far it is above (+) or below (-)"
                                + " the curve of another family at the same number of"
                                + " parameters. The curve consists of straight lines over the"
                                + " logarithm of the number, between the points of the family"
                                + " that are better than all its smaller ones; beyond the"
                                + " largest point it has that point's value, and below the"
                                + " smallest there is no comparison. ± is the standard"
                                + " deviation of the difference; a method with one seed adds"
                                + " nothing to it."));
        return blocks;
    }

    private static String words(EqualBudgets budgets, String family) {
        List<Comparison> comparisons =
                budgets.comparisonsOfFront().stream()
                        .filter(comparison -> comparison.family().equals(family))
                        .toList();
        if (comparisons.isEmpty()) {
            return "%s: no method as small as a compound one; the smallest has %s parameters."
                    .formatted(family, Text.count(budgets.curve(family).orElseThrow().smallest()));
        }
        long above = count(comparisons, Outcome.ABOVE);
        long slightly = count(comparisons, Outcome.SLIGHTLY_BELOW);
        long below = count(comparisons, Outcome.BELOW);
        List<String> parts = new ArrayList<>();
        if (above > 0) {
            parts.add("on or above at " + above);
        }
        if (slightly > 0) {
            parts.add("below by at most a standard deviation at " + slightly);
        }
        if (below > 0) {
            parts.add("below at " + below);
        }
        return "%s: of %s of the compound curve with a counterpart, %s."
                .formatted(family, Text.points(comparisons.size()), Text.words(parts));
    }

    private static long count(List<Comparison> comparisons, Outcome outcome) {
        return comparisons.stream().filter(c -> c.outcome() == outcome).count();
    }

    private static Block bests(EqualBudgets budgets) {
        List<String> header = new ArrayList<>(List.of("parameters"));
        header.addAll(budgets.families());
        Rows rows = new Rows();
        for (long budget : EqualBudgets.BUDGETS) {
            List<String> row = new ArrayList<>(List.of(Text.count(budget)));
            for (String family : budgets.families()) {
                row.add(
                        budgets.best(family, budget)
                                .map(
                                        best ->
                                                "%s (%s, %s)"
                                                        .formatted(
                                                                Text.average(best),
                                                                best.label(),
                                                                Text.count(best.parameters())))
                                .orElse("no method of that size"));
            }
            rows.add(row);
        }
        return rows.under(header);
    }

    private static Block comparisons(EqualBudgets budgets) {
        List<String> header = new ArrayList<>(List.of("method", "parameters", "average"));
        header.addAll(budgets.rivals());
        Rows rows = new Rows();
        for (Standing point : budgets.compound()) {
            List<String> row = new ArrayList<>(List.of(point.label()));
            row.add(Text.count(point.parameters()));
            row.add(Text.average(point));
            budgets.comparisons(point).forEach(comparison -> row.add(text(comparison)));
            rows.add(row);
        }
        return rows.under(header);
    }

    private static String text(Comparison comparison) {
        if (comparison.outcome() == Outcome.NOT_COMPARABLE) {
            return "no method of that size";
        }
        String difference = Text.difference(2, comparison.difference(), comparison.deviation());
        if (Double.isNaN(comparison.deviation())) {
            return difference + ", spread unknown";
        }
        return difference + (comparison.isWithinDeviation() ? ", within one deviation" : "");
    }
}
