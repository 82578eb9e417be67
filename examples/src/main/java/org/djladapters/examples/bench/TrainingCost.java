/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import java.util.Optional;

/**
 * What training with a method costs, as a {@link Benchmark} measured it.
 *
 * @param trainableParameters the number of trainable parameters
 * @param frozenStep a step of the frozen base model, down to the first adapted layer
 * @param step a training step
 * @param stepRatio the median over the rounds of the ratio of both
 * @param transformForward building the transform of a weight, all weights together divided by their
 *     number; empty without adapted weights
 * @param transform the same with the backward pass into the parameters
 */
public record TrainingCost(
        long trainableParameters,
        BenchmarkResult.Timing frozenStep,
        BenchmarkResult.Timing step,
        double stepRatio,
        Optional<BenchmarkResult.Timing> transformForward,
        Optional<BenchmarkResult.Timing> transform) {}
