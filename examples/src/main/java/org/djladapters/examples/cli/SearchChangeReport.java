/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.djladapters.examples.report.SearchGain;
import org.djladapters.examples.statistics.Estimate;

/** Shows what a search found before and after training. */
final class SearchChangeReport {

    private static final int SHOWN = 3;
    private static final int LONGEST = 80;

    private final SearchGain gain;
    private final String metric;

    /**
     * Shows a search.
     *
     * @param metric the one by which epochs were compared
     */
    SearchChangeReport(SearchGain gain, String metric) {
        this.gain = gain;
        this.metric = metric;
    }

    /** Prints tables to read. */
    void print(String title, PrintWriter out) {
        Table table = new Table();
        table.add(
                "%s%d questions".formatted(title, gain.questions()),
                "before",
                "after",
                "difference",
                "95 % interval",
                "");
        Stream.of(metric, "recall@1")
                .distinct()
                .forEach(
                        name -> {
                            Estimate estimate = gain.difference(name);
                            table.add(
                                    name,
                                    text("%.4f", gain.before(name)),
                                    text("%.4f", gain.after(name)),
                                    text("%+.4f", estimate.value()),
                                    text("%+.4f", estimate.low())
                                            + text(" to %+.4f", estimate.high()),
                                    estimate.isDecided() ? "" : "undecided");
                        });
        table.print(out);
        out.println(gain.counts());
        if (gain.equal() < gain.questions()) {
            Table changed = new Table();
            changed.add("most", "before", "after", "question");
            add(changed, "won", gain.won());
            add(changed, "lost", gain.lost());
            changed.print(out);
        }
    }

    /** Adds the chosen metric, and how many questions were won, to a line of JSON. */
    void describe(ResultLine line) {
        Estimate estimate = gain.difference(metric);
        line.text("metric", metric)
                .number("before", gain.before(metric))
                .number("after", gain.after(metric))
                .number("difference", estimate.value())
                .numbers("interval", estimate.low(), estimate.high())
                .count("won", gain.won().size())
                .count("lost", gain.lost().size())
                .count("equal", gain.equal());
    }

    private void add(Table table, String title, List<Integer> questions) {
        questions.stream()
                .limit(SHOWN)
                .forEach(
                        question ->
                                table.add(
                                        title,
                                        gain.rankBefore(question),
                                        gain.rankAfter(question),
                                        gain.question(question, LONGEST)));
    }

    private static String text(String form, double value) {
        return String.format(Locale.ROOT, form, value);
    }
}
