/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import java.util.Optional;

/**
 * The cost of training with a method, as a {@link Benchmark} measured it.
 *
 * @param frozenStep forward pass, loss and backward pass of the frozen base model, down to the
 *     first adapted layer
 * @param step forward pass, loss, backward pass, norm of the gradients and update
 * @param stepRatio the median over the rounds of the ratio of both
 * @param transformForward building the transforms of all weights, divided by their number; empty
 *     without adapted weights
 * @param transform the same with the backward pass into the parameters
 */
public record TrainingCost(
        long trainableParameters,
        BenchmarkResult.Timing frozenStep,
        BenchmarkResult.Timing step,
        double stepRatio,
        Optional<BenchmarkResult.Timing> transformForward,
        Optional<BenchmarkResult.Timing> transform) {}
