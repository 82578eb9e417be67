/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.djladapters.examples.report.EqualBudgets.Comparison;
import org.djladapters.examples.report.EqualBudgets.Outcome;
import org.djladapters.examples.report.Published.Claim;

/** Tests claims against results. */
final class Judge {

    private static final String REFERENCE = "reference";

    private final List<Suite> suites;
    private final ReportOptions options;

    Judge(List<Suite> suites, ReportOptions options) {
        this.suites = suites;
        this.options = options;
    }

    Verdict judge(Claim claim) {
        Optional<Suite> suite =
                suites.stream().filter(s -> s.name().equals(claim.suite())).findFirst();
        if (suite.isEmpty()) {
            return Verdict.notMeasured(claim, "there are no results of the suite " + claim.suite());
        }
        return switch (claim.kind()) {
            case PERCENT -> percent(claim, suite.get());
            case EQUAL -> equal(claim, suite.get());
            case DIFFERENCE -> difference(claim, suite.get());
        };
    }

    private Verdict percent(Claim claim, Suite suite) {
        boolean held = true;
        List<String> words = new ArrayList<>();
        for (String against : claim.against()) {
            Optional<Standing> other = other(suite, against);
            if (other.isEmpty()) {
                return Verdict.notMeasured(claim, missing(suite, against));
            }
            Limit limit = limit(claim, suite, other.get());
            if (limit.missing() != null) {
                return Verdict.notMeasured(claim, limit.missing());
            }
            List<Standing> candidates =
                    suite.standings().stream()
                            .filter(s -> s.family().equals(FamilyColors.COMPOUND))
                            .filter(s -> s.parameters() <= limit.parameters())
                            .toList();
            if (candidates.isEmpty()) {
                return Verdict.notMeasured(
                        claim, "no compound method with %s has all tasks".formatted(limit.words()));
            }
            Standing best =
                    candidates.stream()
                            .max(Comparator.comparingDouble(Standing::value))
                            .orElseThrow();
            double reached = 100 * best.value() / other.get().value();
            held &= reached >= claim.percent();
            words.add(words(claim, best, candidates.size(), other.get(), reached));
        }
        return Verdict.of(claim, held, String.join("; ", words));
    }

    /** The reference, or the best of a family. */
    private Optional<Standing> other(Suite suite, String against) {
        if (against.equals(REFERENCE)) {
            return suite.find(options.reference()).flatMap(Contender::standing);
        }
        return suite.standings().stream()
                .filter(standing -> standing.family().equals(against))
                .max(Comparator.comparingDouble(Standing::value));
    }

    private String missing(Suite suite, String against) {
        if (against.equals(REFERENCE)) {
            return missing(suite, suite.find(options.reference()), options.reference());
        }
        List<String> incomplete =
                suite.contenders().stream()
                        .filter(contender -> contender.family().equals(against))
                        .map(Contender::extent)
                        .toList();
        return incomplete.isEmpty()
                ? "the suite %s has no runs of %s".formatted(suite.name(), against)
                : Text.words(incomplete);
    }

    private static String missing(Suite suite, Optional<Contender> contender, String label) {
        return contender
                .map(Contender::extent)
                .orElse("the suite %s has no runs of %s".formatted(suite.name(), label));
    }

    /** How many parameters a compound method may have, or why that isn't known. */
    private record Limit(double parameters, String missing) {

        String words() {
            return parameters == Double.MAX_VALUE
                    ? "any number of parameters"
                    : "at most %s parameters".formatted(Text.count((long) parameters));
        }
    }

    private Limit limit(Claim claim, Suite suite, Standing other) {
        double limit = Double.MAX_VALUE;
        if (claim.fewer() != null) {
            limit = other.parameters() / claim.fewer();
        }
        if (claim.baseShare() != null) {
            long base = suite.find(options.full()).map(Contender::parameters).orElse(0L);
            if (base == 0) {
                return new Limit(
                        0,
                        "the number of parameters of the base model is that of %s, which has no"
                                        .formatted(options.full())
                                + " runs");
            }
            limit = Math.min(limit, base * claim.baseShare() / 100);
        }
        return new Limit(limit, null);
    }

    private static String words(
            Claim claim, Standing best, int candidates, Standing other, double reached) {
        double deviation =
                100 * Standing.joint(best.deviation(), other.deviation()) / other.value();
        boolean close = Math.abs(reached - claim.percent()) <= deviation;
        return Text.format(
                        "%.1f %% of %s with %s adapter parameters, target at least %s %%",
                        reached,
                        other.label(),
                        Text.fewer((double) other.parameters() / best.parameters()),
                        number(claim.percent()))
                + " (%s: %s, %s, %s; %s: %s, %s, %s%s%s)"
                        .formatted(
                                best.label(),
                                Text.average(best),
                                Text.count(best.parameters()),
                                Text.seeds(best.seeds()),
                                other.label(),
                                Text.average(other),
                                Text.count(other.parameters()),
                                Text.seeds(other.seeds()),
                                candidates > 1 ? "; best of " + candidates + " candidates" : "",
                                close ? "; the target is within one standard deviation" : "");
    }

    private static String number(double number) {
        return number == Math.rint(number) ? Text.format("%.0f", number) : String.valueOf(number);
    }

    /**
     * Compares the compound curve with those of all other families. A family of which no method is
     * complete leaves the claim open.
     */
    private static Verdict equal(Claim claim, Suite suite) {
        EqualBudgets budgets = new EqualBudgets(suite.standings());
        List<Contender> incomplete =
                suite.contenders().stream()
                        .filter(contender -> !FamilyColors.isBaseline(contender.family()))
                        .filter(contender -> !contender.isComplete())
                        .toList();
        List<String> open =
                incomplete.stream()
                        .filter(contender -> !budgets.families().contains(contender.family()))
                        .map(Contender::extent)
                        .toList();
        if (!open.isEmpty()) {
            return Verdict.notMeasured(claim, Text.words(open));
        }
        List<Comparison> comparisons = budgets.comparisonsOfFront();
        if (comparisons.isEmpty()) {
            return Verdict.notMeasured(
                    claim,
                    "no method of another family has as few parameters as a compound one in the"
                            + " suite "
                            + suite.name());
        }
        List<String> below = shortfalls(comparisons, Outcome.BELOW);
        List<String> slightly = shortfalls(comparisons, Outcome.SLIGHTLY_BELOW);
        List<Comparison> ahead =
                budgets.comparisonsOfRivals().stream().filter(c -> c.difference() > 0).toList();
        int above = comparisons.size() - below.size() - slightly.size();
        String words =
                "on or above the other curve in %d of %d comparisons of points of the compound"
                        + " curve with curves of other families";
        return Verdict.of(
                claim,
                below.isEmpty() && ahead.stream().allMatch(Comparison::isWithinDeviation),
                words.formatted(above, comparisons.size())
                        + list("below", below)
                        + list("below by at most a standard deviation", slightly)
                        + list(
                                "methods above the compound curve",
                                ahead.stream().map(Judge::shortfall).toList())
                        + list("smaller than any other method", alone(budgets, comparisons))
                        + list(
                                "left out, since tasks are missing",
                                incomplete.stream().map(Contender::label).toList()));
    }

    private static List<String> alone(EqualBudgets budgets, List<Comparison> comparisons) {
        return budgets.curve(FamilyColors.COMPOUND).orElseThrow().points().stream()
                .filter(point -> comparisons.stream().noneMatch(c -> c.point().equals(point)))
                .map(Standing::label)
                .toList();
    }

    private static String list(String what, List<String> shortfalls) {
        return shortfalls.isEmpty() ? "" : "; " + what + ": " + String.join(", ", shortfalls);
    }

    private static List<String> shortfalls(List<Comparison> comparisons, Outcome outcome) {
        return comparisons.stream()
                .filter(comparison -> comparison.outcome() == outcome)
                .map(Judge::shortfall)
                .toList();
    }

    private static String shortfall(Comparison comparison) {
        return "%s against %s at %s (%s)"
                .formatted(
                        comparison.point().label(),
                        comparison.family(),
                        Text.count(comparison.point().parameters()),
                        Text.difference(2, comparison.difference(), comparison.deviation()));
    }

    private Verdict difference(Claim claim, Suite suite) {
        String label = claim.against().get(0);
        Optional<Contender> method = suite.find(claim.method());
        Optional<Contender> other = suite.find(label);
        if (method.isEmpty() || other.isEmpty()) {
            return Verdict.notMeasured(
                    claim,
                    "the suite %s has no runs of %s"
                            .formatted(suite.name(), method.isEmpty() ? claim.method() : label));
        }
        Sample difference =
                AblationSection.difference(
                        method.get(), other.get(), AblationSection.onTask(claim.task()));
        if (difference.size() == 0) {
            return Verdict.notMeasured(
                    claim,
                    "%s and %s have no common seed on %s"
                            .formatted(claim.method(), label, claim.task()));
        }
        double mean = difference.mean();
        boolean held =
                (claim.atLeast() == null || mean >= claim.atLeast())
                        && (claim.atMost() == null || mean <= claim.atMost());
        String words =
                "%s points on %s (%s: %s; %s: %s; %s)"
                        .formatted(
                                Text.difference(2, mean, difference.deviation()),
                                claim.task(),
                                claim.method(),
                                mean(method.get(), claim.task()),
                                label,
                                mean(other.get(), claim.task()),
                                Text.seeds(difference.size()));
        return Verdict.of(claim, held, words);
    }

    private static String mean(Contender contender, String task) {
        return contender.standing(task).map(Text::average).orElse(Text.NONE);
    }
}
