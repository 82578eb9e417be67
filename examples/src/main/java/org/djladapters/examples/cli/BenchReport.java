/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.Optional;
import java.util.OptionalLong;
import org.djladapters.rotation.Matmul;
import org.djladapters.tuning.BenchmarkResult;
import org.djladapters.tuning.BenchmarkResult.Timing;
import org.djladapters.tuning.Flops;

/**
 * What {@code bench} prints.
 *
 * @param source what was measured
 * @param result the times of one method
 * @param flops the operations that a token of a training step takes, if rows have tokens
 * @param matmul how the products of linear layers are computed
 * @param threads the number of threads of the engine
 * @param frozenPeak the largest resident size in steps of the frozen base in bytes, if known
 * @param peak the same in training steps
 */
record BenchReport(
        ModelSource source,
        BenchmarkResult result,
        Optional<Flops> flops,
        Matmul matmul,
        int threads,
        OptionalLong frozenPeak,
        OptionalLong peak) {

    private static final double MIB = 1 << 20;

    private String method() {
        return result.methods().keySet().iterator().next();
    }

    private BenchmarkResult.Method times() {
        return result.methods().get(method());
    }

    Table table() {
        BenchmarkResult.Method times = times();
        Table table = new Table();
        table.add(method(), "median", "least", "ratio");
        table.add("products by " + matmul, "", "", "");
        row(table, "step of the frozen base, ms", times.frozenStep(), "");
        row(table, "training step, ms", times.step(), "%.3f".formatted(times.stepRatio()));
        row(table, "prediction of the base, ms", result.baseInference(), "");
        row(
                table,
                "prediction with adapter, ms",
                times.inference(),
                "%.3f".formatted(times.inferenceRatio()));
        row(
                table,
                "prediction merged, ms",
                times.mergedInference(),
                "%.3f".formatted(times.mergedInferenceRatio()));
        times.transformForward()
                .ifPresent(timing -> row(table, "building a layer's transform, ms", timing, ""));
        times.transform().ifPresent(timing -> row(table, "  with backward pass, ms", timing, ""));
        row(table, "switching adapters, ms", times.switching(), "");
        if (frozenPeak.isPresent() && peak.isPresent()) {
            table.add("memory of the frozen base, MiB", "%.0f".formatted(mib(frozenPeak)), "", "");
            table.add(
                    "memory in training, MiB",
                    "%.0f".formatted(mib(peak)),
                    "",
                    "%.3f".formatted(mib(peak) / mib(frozenPeak)));
        }
        return table;
    }

    private static void row(Table table, String what, Timing timing, String ratio) {
        table.add(
                what, "%.3f".formatted(timing.medianMs()), "%.3f".formatted(timing.minMs()), ratio);
    }

    ResultLine line() {
        BenchmarkResult.Method times = times();
        ResultLine line = new ResultLine();
        source.describe(line);
        line.text("method", method())
                .text("settings", times.settings())
                .text("device", result.device())
                .text("matmul", matmul.toString())
                .count("threads", threads)
                .count("batch", result.batchSize())
                .count("length", result.length())
                .count("image_size", result.imageSize())
                .count("rounds", result.rounds())
                .count("sites", times.sites())
                .count("trainable_parameters", times.trainableParameters());
        timing(line, "frozen_step", "ms", Optional.of(times.frozenStep()));
        timing(line, "adapter_step", "ms", Optional.of(times.step()));
        line.number("step_ratio", rounded(times.stepRatio()));
        timing(line, "base_inference", "ms", Optional.of(result.baseInference()));
        timing(line, "adapted_inference", "ms", Optional.of(times.inference()));
        line.number("inference_ratio", rounded(times.inferenceRatio()));
        timing(line, "merged_inference", "ms", Optional.of(times.mergedInference()));
        line.number("merged_inference_ratio", rounded(times.mergedInferenceRatio()));
        timing(line, "rotation_forward", "ms_per_site", times.transformForward());
        timing(line, "rotation", "ms_per_site", times.transform());
        timing(line, "switch", "ms", Optional.of(times.switching()));
        line.number("forward_flops", flops.map(Flops::forward).orElse(Double.NaN));
        line.number("backward_flops", flops.map(Flops::backward).orElse(Double.NaN));
        return line.number("frozen_peak_rss_mib", rounded(mib(frozenPeak)))
                .number("peak_rss_mib", rounded(mib(peak)))
                .number("memory_ratio", rounded(mib(peak) / mib(frozenPeak)));
    }

    private static void timing(ResultLine line, String name, String unit, Optional<Timing> timing) {
        line.number(name + "_" + unit, rounded(timing.map(Timing::medianMs).orElse(Double.NaN)));
        line.number(name + "_min_" + unit, rounded(timing.map(Timing::minMs).orElse(Double.NaN)));
    }

    private static double mib(OptionalLong bytes) {
        return bytes.isPresent() ? bytes.getAsLong() / MIB : Double.NaN;
    }

    private static double rounded(double value) {
        return Double.isNaN(value) ? value : Math.round(value * 1e5) / 1e5;
    }
}
