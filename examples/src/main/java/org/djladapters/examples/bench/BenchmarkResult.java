/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a {@link Benchmark} measured.
 *
 * @param device the device, such as {@code cpu()}
 * @param batchSize the number of rows of a batch
 * @param length the number of tokens of every row, empty for images
 * @param imageSize the side of images in pixels, empty for text
 * @param rounds how many rounds count
 * @param baseInference a prediction of the base model for a batch
 * @param methods what the methods took, by their names
 */
public record BenchmarkResult(
        String device,
        int batchSize,
        OptionalInt length,
        OptionalInt imageSize,
        int rounds,
        Timing baseInference,
        Map<String, Method> methods) {

    /** Copies the map. */
    public BenchmarkResult {
        methods = Collections.unmodifiableMap(new LinkedHashMap<>(methods));
    }

    /**
     * How long something took.
     *
     * @param medianMs the median over the rounds in milliseconds
     * @param minMs the shortest time in milliseconds
     */
    public record Timing(double medianMs, double minMs) {

        static Timing of(TimedCandidate candidate) {
            return new Timing(candidate.median() * 1000, candidate.min() * 1000);
        }

        /** Leaves out what was timed with it. */
        Timing minus(Timing part) {
            return new Timing(medianMs - part.medianMs, minMs - part.minMs);
        }

        /** Divides evenly. */
        Timing per(int parts) {
            return new Timing(medianMs / parts, minMs / parts);
        }
    }

    /**
     * What a method took. Ratios are medians over the rounds of the ratio within a round.
     *
     * @param settings the method with its options
     * @param sites the number of adapted weights
     * @param trainableParameters the number of trainable parameters
     * @param firstModule the module down to which a step of the frozen base model goes
     * @param firstParameter its parameter that asks for a gradient then
     * @param frozenStep forward pass, loss and backward pass of the frozen base model, down to the
     *     first adapted layer and nothing else
     * @param step forward pass, loss, backward pass, norm of the gradients and update
     * @param stepRatio the step over that of the frozen base model
     * @param inference a prediction while the adapter is active
     * @param inferenceRatio that over a prediction of the base model
     * @param mergedInference a prediction after merging
     * @param mergedInferenceRatio that over a prediction of the base model
     * @param transformForward building the transform of a weight, all weights together divided by
     *     their number; empty without adapted weights
     * @param transform the same with the backward pass into the parameters
     * @param switching the change from another adapter of the same method until the model is ready
     *     to predict: the time until a small input has passed without the time of such a pass
     * @param stock what it takes compared with the export in DJL alone; empty where that was left
     *     out
     */
    public record Method(
            String settings,
            int sites,
            long trainableParameters,
            String firstModule,
            String firstParameter,
            Timing frozenStep,
            Timing step,
            double stepRatio,
            Timing inference,
            double inferenceRatio,
            Timing mergedInference,
            double mergedInferenceRatio,
            Optional<Timing> transformForward,
            Optional<Timing> transform,
            Timing switching,
            Optional<StockComparison> stock) {}

    /**
     * What the export takes in DJL alone, and how a method compares with that. Ratios are medians
     * over the rounds of the ratio within a round.
     *
     * @param step a step of the frozen model: forward pass, loss and backward pass down to the
     *     first adapted layer
     * @param stepRatio a training step of the method over that
     * @param inference a prediction
     * @param inferenceRatio a prediction while the adapter is active over that
     * @param mergedInferenceRatio a prediction after merging over that
     */
    public record StockComparison(
            Timing step,
            double stepRatio,
            Timing inference,
            double inferenceRatio,
            double mergedInferenceRatio) {}
}
