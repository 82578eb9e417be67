/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.compare;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Runs and results of comparisons for tests. */
final class Comparisons {

    private Comparisons() {}

    static ComparisonRun run(String method, long seed, double accuracy, Long peakMemory) {
        return new ComparisonRun(
                method,
                seed,
                method + seed,
                Map.of("accuracy", accuracy),
                2,
                5000,
                4536,
                35_152,
                12.5,
                peakMemory,
                null,
                null,
                null);
    }

    static ComparisonRun run(String method, long seed, double accuracy) {
        return run(method, seed, accuracy, null);
    }

    static ComparisonRun failed(String method, long seed, String reason) {
        return ComparisonRun.failed(method, seed, method + seed, 1, reason);
    }

    static MethodSummary summary(String method, long parameters, Double... values) {
        return new MethodSummary(
                method,
                method + "()",
                Arrays.asList(values),
                parameters,
                parameters + 100,
                4 * parameters + 1000,
                OptionalDouble.of(1.234),
                OptionalLong.of(1_234_567_890L),
                List.of(),
                Optional.empty());
    }

    static MethodSummary failure(String method, String reason) {
        return MethodSummary.of(
                method,
                method + "()",
                "accuracy",
                List.of(failed(method, 1, reason)),
                OptionalDouble.empty(),
                Optional.empty());
    }

    static ComparisonResult result(MethodSummary... methods) {
        return new ComparisonResult(
                "accuracy", List.of(methods), OptionalDouble.of(0.0123), Path.of("out"));
    }
}
