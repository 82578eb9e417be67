/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.examples.statistics.Bootstrap;
import org.djladapters.examples.statistics.Estimate;
import org.djladapters.examples.statistics.Measurement;
import org.djladapters.examples.statistics.PairedRuns;
import org.djladapters.examples.statistics.Statistic;
import org.djladapters.task.embedding.RetrievalMetrics;
import org.djladapters.tuning.SearchChange;

/**
 * Shows what a search found before and after training: metrics with an interval of their difference
 * over the questions, and the questions that were won and lost by the rank of their first right
 * passage.
 */
final class SearchChangeReport {

    private static final int SHOWN = 3;
    private static final int LONGEST = 80;

    private final SearchChange change;
    private final String metric;
    private final double[] ranks;
    private final double[] now;

    /**
     * Compares what was found.
     *
     * @param metric the one by which epochs were compared
     */
    SearchChangeReport(SearchChange change, String metric) {
        this.change = change;
        this.metric = metric;
        ranks = change.before(RetrievalMetrics.RANK);
        now = change.after(RetrievalMetrics.RANK);
    }

    /** Prints tables to read. */
    void print(String title, PrintWriter out) {
        Table table = new Table();
        int questions = change.search().size();
        table.add(
                "%s%d questions".formatted(title, questions),
                "before",
                "after",
                "difference",
                "95 % interval",
                "");
        Stream.of(metric, "recall@1")
                .distinct()
                .forEach(
                        name -> {
                            Estimate estimate = difference(name);
                            table.add(
                                    name,
                                    text("%.4f", mean(change.before(name))),
                                    text("%.4f", mean(change.after(name))),
                                    text("%+.4f", estimate.value()),
                                    text("%+.4f", estimate.low())
                                            + text(" to %+.4f", estimate.high()),
                                    estimate.isDecided() ? "" : "undecided");
                        });
        table.print(out);
        out.println(
                "won %d, lost %d, equal %d, by the rank of the first right passage"
                        .formatted(count(1), count(-1), count(0)));
        if (count(0) < questions) {
            Table changed = new Table();
            changed.add("most", "before", "after", "question");
            add(changed, "won", 1, Comparator.comparingDouble(this::gain).reversed());
            add(changed, "lost", -1, Comparator.comparingDouble(this::gain));
            changed.print(out);
        }
    }

    /** Adds the chosen metric, and how many questions were won, to a line of JSON. */
    void describe(ResultLine line) {
        Estimate estimate = difference(metric);
        line.text("metric", metric)
                .number("before", mean(change.before(metric)))
                .number("after", mean(change.after(metric)))
                .number("difference", estimate.value())
                .numbers("interval", estimate.low(), estimate.high())
                .count("won", count(1))
                .count("lost", count(-1))
                .count("equal", count(0));
    }

    private Estimate difference(String name) {
        return Bootstrap.estimate(
                List.of(
                        PairedRuns.of(
                                name,
                                List.of(
                                        measured(change.after(name)),
                                        measured(change.before(name))))),
                Statistic.DIFFERENCE);
    }

    private static Map<Long, Measurement> measured(double[] values) {
        return Map.of(0L, Measurement.ofMean("questions", values));
    }

    private long count(int sign) {
        return questions(sign).count();
    }

    private Stream<Integer> questions(int sign) {
        return IntStream.range(0, ranks.length)
                .filter(i -> Double.compare(ranks[i], now[i]) == sign)
                .boxed();
    }

    /** Returns how many times smaller the rank of a question is: from 300 to 100 as 3 to 1. */
    private double gain(int question) {
        return ranks[question] / now[question];
    }

    private void add(Table table, String title, int sign, Comparator<Integer> order) {
        questions(sign)
                .sorted(order)
                .limit(SHOWN)
                .forEach(
                        question ->
                                table.add(
                                        title,
                                        text("%.0f", ranks[question]),
                                        text("%.0f", now[question]),
                                        shortened(change.search().queries().get(question).text())));
    }

    private static String shortened(String text) {
        return text.codePointCount(0, text.length()) <= LONGEST
                ? text
                : text.substring(0, text.offsetByCodePoints(0, LONGEST)) + "...";
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static String text(String form, double value) {
        return String.format(Locale.ROOT, form, value);
    }
}
