/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import java.util.Optional;

/** The cost of training with a method; see {@link BenchmarkResult.Method} for the components. */
public record TrainingCost(
        long trainableParameters,
        BenchmarkResult.Timing frozenStep,
        BenchmarkResult.Timing step,
        double stepRatio,
        Optional<BenchmarkResult.Timing> transformForward,
        Optional<BenchmarkResult.Timing> transform) {}
