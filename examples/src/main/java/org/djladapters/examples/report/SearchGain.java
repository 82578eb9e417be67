/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.djladapters.examples.statistics.Bootstrap;
import org.djladapters.examples.statistics.Estimate;
import org.djladapters.task.embedding.RetrievalMetrics;
import org.djladapters.tuning.SearchChange;

/**
 * What a search gained by training: metrics with an interval of their difference over the
 * questions, and the questions that were won and lost by the rank of their first right passage.
 */
public final class SearchGain {

    private final SearchChange change;
    private final double[] ranks;
    private final double[] now;

    /** Compares what was found before and after. */
    public SearchGain(SearchChange change) {
        this.change = change;
        ranks = change.before(RetrievalMetrics.RANK);
        now = change.after(RetrievalMetrics.RANK);
    }

    SearchChange change() {
        return change;
    }

    /** Returns the number of questions. */
    public int questions() {
        return ranks.length;
    }

    /** Computes a metric before the training. */
    public double before(String metric) {
        return mean(change.before(metric));
    }

    /** Computes a metric after the training. */
    public double after(String metric) {
        return mean(change.after(metric));
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    /** Estimates the difference of a metric. */
    public Estimate difference(String metric) {
        return Bootstrap.difference(
                metric, Map.of(0L, change.after(metric)), Map.of(0L, change.before(metric)));
    }

    /** Returns the places of the questions with a better rank, the largest gain first. */
    public List<Integer> won() {
        return changed(1, Comparator.comparingDouble(this::gain).reversed());
    }

    /** Returns the places of the questions with a worse rank, the largest loss first. */
    public List<Integer> lost() {
        return changed(-1, Comparator.comparingDouble(this::gain));
    }

    /** Returns how many questions have the rank that they had. */
    public int equal() {
        return changed(0, Comparator.naturalOrder()).size();
    }

    private List<Integer> changed(int sign, Comparator<Integer> order) {
        return IntStream.range(0, ranks.length)
                .filter(i -> Double.compare(ranks[i], now[i]) == sign)
                .boxed()
                .sorted(order)
                .toList();
    }

    /** Returns how many times smaller the rank of a question is: from 300 to 100 as 3 to 1. */
    private double gain(int question) {
        return ranks[question] / now[question];
    }

    /** Returns a rank before the training, from 1. */
    public int rankBefore(int question) {
        return (int) ranks[question];
    }

    /** Returns a rank after the training. */
    public int rankAfter(int question) {
        return (int) now[question];
    }

    /** Returns a question, cut if it is long. */
    public String question(int question, int longest) {
        return Text.shortened(change.search().queries().get(question).text(), longest);
    }

    /** Says how many questions were won and lost. */
    public String counts() {
        return "won %d, lost %d, equal %d, by the rank of the first right passage"
                .formatted(won().size(), lost().size(), equal());
    }
}
