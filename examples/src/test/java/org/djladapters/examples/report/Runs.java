/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.djladapters.examples.sweep.RunKey;
import org.djladapters.examples.sweep.RunResult;
import org.djladapters.examples.sweep.RunResult.EpochPoint;
import org.djladapters.examples.sweep.RunResult.Trial;
import org.djladapters.examples.sweep.RunSetup;
import org.djladapters.task.Provenance;

/** Made-up results of sweeps. */
final class Runs {

    private final List<RunResult> results = new ArrayList<>();
    private final String suite;

    Runs(String suite) {
        this.suite = suite;
    }

    /** Adds a method whose runs on a task have these accuracies, with the seeds 1, 2, … */
    Runs add(String method, String budget, long parameters, String task, double... values) {
        for (int seed = 1; seed <= values.length; seed++) {
            RunKey key = new RunKey(task, name(method, budget), seed);
            results.add(result(key, parameters, "accuracy", values[seed - 1], List.of(), null));
        }
        return this;
    }

    /** Adds a run with the perplexity as its metric. */
    Runs perplexity(String method, String task, double value) {
        RunKey key = new RunKey(task, method, 1);
        results.add(result(key, 1_000, "perplexity", value, List.of(), null));
        return this;
    }

    /** Adds a run that failed. */
    Runs fail(String method, String budget, String task, long seed, String reason) {
        RunKey key = new RunKey(task, name(method, budget), seed);
        results.add(result(key, 0, null, Double.NaN, List.of(), reason));
        return this;
    }

    /** Adds a run with trials of the rates 1, 2, … thousandths; NaN for one that failed. */
    Runs tried(String method, String task, double... values) {
        List<Trial> trials = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            boolean failed = Double.isNaN(values[i]);
            double rate = (i + 1) / 1000.0;
            trials.add(
                    new Trial(rate, failed ? null : values[i], 1, failed ? "it diverged" : null));
        }
        RunKey key = new RunKey(task, method, 1);
        results.add(result(key, 1_000, "accuracy", 0.5, trials, null));
        return this;
    }

    Runs addAll(Runs others) {
        results.addAll(others.results);
        return this;
    }

    private RunResult result(
            RunKey key,
            long parameters,
            String metric,
            double value,
            List<Trial> trials,
            String failure) {
        Map<String, Double> metrics =
                failure == null ? Map.of(metric, value, "f1", value / 2) : Map.of();
        RunSetup setup =
                new RunSetup(
                        new Provenance.Base("base <b>", "0123456789abcdef"),
                        Map.of(
                                "train",
                                new Provenance.Source("t.tsv", "fedcba9876543210", 90),
                                "dev",
                                new Provenance.Source("d.tsv", "abcdef9876543210", 400)),
                        0.1,
                        List.of("--epochs", "2", "--method", family(key.method())),
                        List.of(0.001, 0.002));
        return new RunResult(
                suite,
                key,
                setup,
                family(key.method()),
                metric,
                metrics,
                Map.of(),
                0.002,
                1,
                false,
                2,
                List.of(
                        new EpochPoint(1, 0.7, Map.of("accuracy", 0.4)),
                        new EpochPoint(2, 0.5, Map.of("accuracy", 0.45))),
                parameters,
                parameters + 10,
                null,
                parameters * 4,
                3600,
                null,
                1,
                Map.of("djl", "0.36.0"),
                "2026-01-02T03:04:05Z",
                null,
                failure);
    }

    private static String name(String method, String budget) {
        return budget.isEmpty() ? method : method + " " + budget;
    }

    /** The word of a method: what stands before a '-'. */
    private static String family(String method) {
        return method.replaceAll("-.*", "");
    }

    List<RunResult> results() {
        return List.copyOf(results);
    }

    Suite suite() {
        return Suite.of(results).get(0);
    }

    List<Suite> suites() {
        return Suite.of(results);
    }

    Path write(Path file) throws IOException {
        RunResult.lines(file).append(results);
        return file;
    }
}
