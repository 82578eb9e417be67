/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.compare;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.djladapters.task.option.AdaptedTexts;

/**
 * The results of all runs of one method of a comparison. If no run succeeded, sizes are 0.
 *
 * @param values the metric of every successful run, in the order of the seeds
 * @param adapterParameters the number of trainable parameters without the head
 * @param fileBytes the size of the adapter's weights on disk
 * @param stepTime the time of a training step over that of the frozen base model, if it was
 *     measured
 * @param peakMemory the largest resident size of the process in bytes while the method trained, if
 *     it is known
 * @param failures the reasons of failed runs
 * @param search what the runs changed in a search; empty if that is not compared, or none succeeded
 */
public record MethodSummary(
        String method,
        String options,
        List<Double> values,
        long adapterParameters,
        long trainableParameters,
        long fileBytes,
        OptionalDouble stepTime,
        OptionalLong peakMemory,
        List<String> failures,
        Optional<SearchSummary> search) {

    public MethodSummary {
        values = List.copyOf(values);
        failures = List.copyOf(failures);
    }

    /**
     * Summarises runs. The peak memory is the smallest of the runs' peaks, since memory of earlier
     * work of the process can only add to a peak.
     *
     * @param texts which texts of a search the method adapts, if that is compared
     */
    static MethodSummary of(
            String method,
            String options,
            String metric,
            List<ComparisonRun> runs,
            OptionalDouble stepTime,
            Optional<AdaptedTexts> texts) {
        List<ComparisonRun> good = runs.stream().filter(run -> !run.isFailed()).toList();
        Optional<ComparisonRun> first = good.stream().findFirst();
        return new MethodSummary(
                method,
                options,
                good.stream().map(run -> run.metrics().get(metric)).toList(),
                first.map(ComparisonRun::adapterParameters).orElse(0L),
                first.map(ComparisonRun::trainableParameters).orElse(0L),
                first.map(ComparisonRun::fileBytes).orElse(0L),
                good.isEmpty() ? OptionalDouble.empty() : stepTime,
                good.stream()
                        .filter(run -> run.peakMemory() != null)
                        .mapToLong(ComparisonRun::peakMemory)
                        .min(),
                runs.stream().filter(ComparisonRun::isFailed).map(ComparisonRun::failure).toList(),
                texts.filter(some -> !good.isEmpty())
                        .map(some -> SearchSummary.of(some, metric, good)));
    }

    /** Computes the mean of the metric; NaN if no run succeeded. */
    public double mean() {
        return values.stream().mapToDouble(value -> value).average().orElse(Double.NaN);
    }

    /** Computes the sample standard deviation of the metric; NaN for fewer than two runs. */
    public double deviation() {
        if (values.size() < 2) {
            return Double.NaN;
        }
        double mean = mean();
        double squares = values.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum();
        return Math.sqrt(squares / (values.size() - 1));
    }
}
