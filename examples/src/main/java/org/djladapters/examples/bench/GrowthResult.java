/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import org.djladapters.examples.bench.BenchmarkResult.Timing;

/**
 * The result at a point.
 *
 * @param threads the number of the engine's threads for one operation
 * @param frozenStep a step of the frozen base model
 * @param adapterStep a step of the adapter
 * @param stepRatio the median over the rounds of the ratio of both
 * @param rotationForward building the rotations of all sites, divided by their number
 * @param rotation the same with the backward pass into the parameters
 */
record GrowthResult(
        GrowthPoint point,
        int threads,
        int rounds,
        long trainableParameters,
        Timing frozenStep,
        Timing adapterStep,
        double stepRatio,
        Timing rotationForward,
        Timing rotation) {}
