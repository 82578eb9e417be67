/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench.micro;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every benchmark runs on a small form. */
class BenchmarksTest {

    @ParameterizedTest
    @ValueSource(strings = {"determinants", "compound", "backward"})
    void rotationsAreBuiltEveryWay(String way) {
        BuildingBenchmark benchmark = new BuildingBenchmark();
        benchmark.form = "2x15/2/1-2";
        benchmark.way = way;
        benchmark.open();
        benchmark.forward();
        benchmark.forwardAndBackward();
        benchmark.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"oft", "boft"})
    void orthogonalMatricesAreBuilt(String method) {
        OrthogonalBenchmark benchmark = new OrthogonalBenchmark();
        benchmark.sites = 2;
        benchmark.features = 64;
        benchmark.method = method;
        benchmark.open();
        benchmark.forward();
        benchmark.forwardAndBackward();
        benchmark.close();
    }

    @Test
    void activationsAreRotated() {
        RotatingBenchmark benchmark = new RotatingBenchmark();
        benchmark.form = "1x33/b16/1-2";
        benchmark.tokens = 3;
        benchmark.open();
        benchmark.rotate();
        benchmark.linear();
        benchmark.close();
    }
}
