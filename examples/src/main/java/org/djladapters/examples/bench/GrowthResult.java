/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

/**
 * What was measured at a point. Times are medians in milliseconds.
 *
 * @param point the point
 * @param threads the threads of the engine for one operation
 * @param rounds how many rounds count
 * @param trainableParameters the number of trained numbers
 * @param frozenStepMs a step of the frozen base
 * @param adapterStepMs a step of the adapter
 * @param stepRatio the median over the rounds of the ratio of both
 * @param rotationForwardMsPerSite building the rotations of all sites, divided by their number
 * @param rotationMsPerSite the same with the backward pass into the parameters
 */
record GrowthResult(
        GrowthPoint point,
        int threads,
        int rounds,
        long trainableParameters,
        double frozenStepMs,
        double adapterStepMs,
        double stepRatio,
        double rotationForwardMsPerSite,
        double rotationMsPerSite) {}
