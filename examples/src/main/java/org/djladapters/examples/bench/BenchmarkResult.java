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
import java.util.OptionalLong;

/**
 * The result of a {@link Benchmark}.
 *
 * @param length the number of tokens of every row, empty for images
 * @param imageSize the side of images in pixels, empty for text
 * @param baseInference a prediction of the base model for a batch
 * @param methods the results of the methods by name
 * @param other what was measured of a second model in the same rounds
 */
public record BenchmarkResult(
        String device,
        int batchSize,
        OptionalInt length,
        OptionalInt imageSize,
        int rounds,
        Timing baseInference,
        Map<String, Method> methods,
        Optional<OtherModel> other) {

    public BenchmarkResult {
        methods = Collections.unmodifiableMap(new LinkedHashMap<>(methods));
    }

    BenchmarkResult with(OtherModel model) {
        return new BenchmarkResult(
                device,
                batchSize,
                length,
                imageSize,
                rounds,
                baseInference,
                methods,
                Optional.of(model));
    }

    /**
     * The results of a second model, which has no other one itself.
     *
     * @param ratios for every method, the times of this model relative to those of the first one
     */
    public record OtherModel(BenchmarkResult result, Map<String, Ratios> ratios) {}

    /**
     * The times of a model relative to those of another one: medians over the rounds of the ratio
     * within a round.
     */
    public record Ratios(
            double frozenStep,
            double step,
            double baseInference,
            double inference,
            double mergedInference) {}

    /** The median and the shortest time over the rounds, in milliseconds. */
    public record Timing(double medianMs, double minMs) {

        static Timing of(TimedCandidate candidate) {
            return new Timing(candidate.median() * 1000, candidate.min() * 1000);
        }

        /** Returns the time without a part of it. */
        Timing minus(Timing part) {
            return new Timing(medianMs - part.medianMs, minMs - part.minMs);
        }

        /** Returns the time of one of several equal parts. */
        Timing per(int parts) {
            return new Timing(medianMs / parts, minMs / parts);
        }
    }

    /**
     * The result of a method. Ratios are medians over the rounds of the ratio within a round.
     *
     * @param settings the method with its options
     * @param sites the number of adapted weights
     * @param firstModule the module down to which a step of the frozen base model goes
     * @param firstParameter the parameter of that module that requires a gradient
     * @param inference a prediction while the adapter is active
     * @param inferenceRatio that over a prediction of the base model
     * @param mergedInference a prediction after merging
     * @param mergedInferenceRatio that over a prediction of the base model
     * @param switching the change from another adapter of the same method: the time until a small
     *     input has passed, without the time of the pass itself
     * @param fileBytes the size of the adapter's weights on disk, if they can be written
     * @param stock the comparison with the export in DJL alone, if that was measured
     */
    public record Method(
            String settings,
            int sites,
            String firstModule,
            String firstParameter,
            TrainingCost training,
            Timing inference,
            double inferenceRatio,
            Timing mergedInference,
            double mergedInferenceRatio,
            Timing switching,
            OptionalLong fileBytes,
            Optional<StockComparison> stock) {}

    /**
     * The times of the export in DJL alone: a step of the frozen model and a prediction; and those
     * of the method relative to them.
     */
    public record StockComparison(
            Timing step,
            double stepRatio,
            Timing inference,
            double inferenceRatio,
            double mergedInferenceRatio) {}
}
