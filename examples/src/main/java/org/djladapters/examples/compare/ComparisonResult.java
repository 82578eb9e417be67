/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The result of a comparison of methods.
 *
 * @param metric the name of the metric
 * @param methods the methods in their order
 * @param baseStepSeconds the median time of a step of the frozen base model, if it was measured
 */
public record ComparisonResult(
        String metric, List<MethodSummary> methods, OptionalDouble baseStepSeconds, Path output) {

    static final String UNKNOWN = "n/a";

    public ComparisonResult {
        methods = List.copyOf(methods);
    }

    /** Tells whether what methods change in a search is compared. */
    public boolean isSearch() {
        return methods.stream().anyMatch(method -> method.search().isPresent());
    }

    /** Returns the cells of a table, the header first. */
    public List<List<String>> table() {
        if (isSearch()) {
            return new SearchTable(this).rows();
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(
                List.of(
                        "method",
                        metricName() + (isSpread() ? " ± standard deviation" : ""),
                        "adapter parameters",
                        "file",
                        "step time",
                        "peak memory"));
        methods.forEach(method -> rows.add(row(method)));
        return rows;
    }

    private List<String> row(MethodSummary method) {
        if (method.values().isEmpty()) {
            return List.of(method.method(), failure(method), "", "", "", "");
        }
        return List.of(
                method.method(),
                value(method) + (method.failures().isEmpty() ? "" : "; " + failure(method)),
                number("%,d", method.adapterParameters()),
                size(method.fileBytes()),
                method.stepTime().isPresent()
                        ? number("%.2f ×", method.stepTime().getAsDouble())
                        : UNKNOWN,
                memory(method));
    }

    /** Says, for a comparison of searches, which method is the best, and what chose it. */
    public List<String> sentences() {
        return isSearch() ? new SearchTable(this).sentences() : List.of();
    }

    /**
     * Returns the name of the method with the largest gain in a search; empty if none is better
     * than the model as it is.
     *
     * @param newIndex whether the passages may get new vectors
     */
    public Optional<String> best(boolean newIndex) {
        return new SearchTable(this).best(newIndex).map(MethodSummary::method);
    }

    static String memory(MethodSummary method) {
        return method.peakMemory().isPresent()
                ? number("%,.0f MB", method.peakMemory().getAsLong() / 1e6)
                : UNKNOWN;
    }

    /** Returns the metric's name as words. */
    String metricName() {
        return metric.replace('_', ' ');
    }

    /** Tells whether the metric is a share, which is shown in percent. */
    boolean isShare() {
        return List.of("accuracy", "f1", "balanced_accuracy", "exact_match").contains(metric);
    }

    private boolean isSpread() {
        return methods.stream().anyMatch(method -> !Double.isNaN(method.deviation()));
    }

    private String value(MethodSummary method) {
        String format = isShare() ? "%.1f" : "%.3f";
        double factor = isShare() ? 100 : 1;
        double deviation = method.deviation();
        return number(format, method.mean() * factor)
                + (Double.isNaN(deviation) ? "" : " ± " + number(format, deviation * factor))
                + (isShare() ? " %" : "");
    }

    static String failure(MethodSummary method) {
        String reason = method.failures().get(0);
        return method.values().isEmpty()
                ? "failed: " + reason
                : "%d of %d failed: %s"
                        .formatted(
                                method.failures().size(),
                                method.failures().size() + method.values().size(),
                                reason);
    }

    static String size(long bytes) {
        return bytes < 1_000_000 ? number("%.1f KB", bytes / 1e3) : number("%,.1f MB", bytes / 1e6);
    }

    static String number(String format, Object value) {
        return String.format(Locale.ROOT, format, value);
    }
}
