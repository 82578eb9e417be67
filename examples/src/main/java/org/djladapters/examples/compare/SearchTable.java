/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.djladapters.examples.compare.SearchSummary.Change;
import org.djladapters.examples.statistics.Estimate;

/** The rows of a comparison of searches, the model as it is first, and what they say. */
final class SearchTable {

    private final ComparisonResult result;
    private final List<String> metrics;

    SearchTable(ComparisonResult result) {
        this.result = result;
        metrics = SearchSummary.metrics(result.metric());
    }

    List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("method"));
        for (String metric : metrics) {
            header.add(metric);
            header.add("difference (95 %)");
        }
        header.addAll(
                List.of("adapter parameters", "file", "training", "peak memory", "new index"));
        rows.add(header);
        rows.add(base(header.size()));
        result.methods().forEach(method -> rows.add(row(method, header.size())));
        return rows;
    }

    private List<String> base(int width) {
        List<String> row = new ArrayList<>(List.of("as it is"));
        for (String metric : metrics) {
            row.add(
                    changed(metric).stream()
                            .findFirst()
                            .map(change -> ComparisonResult.number("%.4f", change.before()))
                            .orElse(ComparisonResult.UNKNOWN));
            row.add("");
        }
        return filled(row, width);
    }

    private List<Change> changed(String metric) {
        return result.methods().stream()
                .flatMap(method -> change(method, metric).stream())
                .toList();
    }

    private static Optional<Change> change(MethodSummary method, String metric) {
        return method.search().flatMap(search -> Optional.ofNullable(search.changes().get(metric)));
    }

    private static List<String> filled(List<String> row, int width) {
        while (row.size() < width) {
            row.add("");
        }
        return row;
    }

    private List<String> row(MethodSummary method, int width) {
        List<String> row = new ArrayList<>(List.of(method.method()));
        if (method.search().isEmpty()) {
            row.add(ComparisonResult.failure(method));
            return filled(row, width);
        }
        for (String metric : metrics) {
            Optional<Change> change = change(method, metric);
            row.add(
                    change.map(of -> ComparisonResult.number("%.4f", of.after()))
                            .orElse(ComparisonResult.UNKNOWN));
            row.add(change.map(of -> difference(of.difference())).orElse(""));
        }
        if (!method.failures().isEmpty()) {
            row.set(1, row.get(1) + "; " + ComparisonResult.failure(method));
        }
        SearchSummary search = method.search().get();
        row.add(ComparisonResult.number("%,d", method.adapterParameters()));
        row.add(ComparisonResult.size(method.fileBytes()));
        row.add(ComparisonClock.text(search.seconds()));
        row.add(ComparisonResult.memory(method));
        row.add(search.texts().passages() ? "yes" : "no");
        return row;
    }

    private static String difference(Estimate estimate) {
        return ComparisonResult.number("%+.4f", estimate.value())
                + ComparisonResult.number(" (%+.4f", estimate.low())
                + ComparisonResult.number(" to %+.4f)", estimate.high());
    }

    /** Finds the method with the largest gain, if there is one above 0. */
    Optional<MethodSummary> best(boolean newIndex) {
        return result.methods().stream()
                .filter(method -> gain(method) > 0)
                .filter(method -> newIndex || !method.search().get().texts().passages())
                .max(Comparator.comparingDouble(this::gain));
    }

    private double gain(MethodSummary method) {
        return change(method, result.metric()).map(of -> of.difference().value()).orElse(0.0);
    }

    /** Says which method is the best, and what that was chosen on. */
    List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        sentences.add("Best by " + result.metric() + ": " + named(best(true)) + ".");
        sentences.add("Best without a new index: " + named(best(false)) + ".");
        sentences.add(
                "The epoch of each run and these were chosen on the dev data, so gains are a little"
                        + " too large: evaluate what you take on other questions.");
        return sentences;
    }

    private String named(Optional<MethodSummary> method) {
        return method.map(
                        of -> {
                            Estimate gain = change(of, result.metric()).get().difference();
                            return of.method()
                                    + ", "
                                    + difference(gain)
                                    + (gain.isDecided() ? "" : ", undecided");
                        })
                .orElse("none is better than the model as it is");
    }
}
