/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import org.djladapters.examples.bench.BenchmarkResult;
import org.djladapters.examples.bench.BenchmarkResult.StockComparison;
import org.djladapters.examples.bench.BenchmarkResult.Timing;
import org.djladapters.matmul.Matmul;
import org.djladapters.tuning.Flops;

/**
 * Shows the cost of a method.
 *
 * @param result the times of one method
 * @param flops the operations for a token of a training step, if rows have tokens
 * @param stockPeak the largest resident size in bytes in steps of the frozen export in DJL alone,
 *     if it is known
 * @param frozenPeak the same in steps of the frozen base model
 * @param peak the same in training steps
 */
record BenchReport(
        ModelSource source,
        BenchmarkResult result,
        Optional<Flops> flops,
        Matmul matmul,
        int threads,
        OptionalLong stockPeak,
        OptionalLong frozenPeak,
        OptionalLong peak)
        implements MeasuredReport {

    private static final double MIB = 1 << 20;

    private String method() {
        return result.methods().keySet().iterator().next();
    }

    private BenchmarkResult.Method times() {
        return result.methods().get(method());
    }

    @Override
    public Table table() {
        BenchmarkResult.Method times = times();
        Optional<StockComparison> stock = times.stock();
        Table table = new Table();
        String toStock = stock.isPresent() ? "vs. DJL alone" : "";
        table.add(method(), "median", "least", "ratio", toStock);
        table.add("matrix products by " + matmul, "", "", "", "");
        stock.ifPresent(s -> row(table, "frozen step in DJL alone, ms", s.step(), "", "1"));
        row(table, "step of the frozen base model, ms", times.training().frozenStep(), "", "");
        row(
                table,
                "training step, ms",
                times.training().step(),
                ratio(times.training().stepRatio()),
                toStock(StockComparison::stepRatio));
        stock.ifPresent(s -> row(table, "prediction in DJL alone, ms", s.inference(), "", "1"));
        row(table, "prediction of the base model, ms", result.baseInference(), "", "");
        row(
                table,
                "prediction with adapter, ms",
                times.inference(),
                ratio(times.inferenceRatio()),
                toStock(StockComparison::inferenceRatio));
        row(
                table,
                "prediction merged, ms",
                times.mergedInference(),
                ratio(times.mergedInferenceRatio()),
                toStock(StockComparison::mergedInferenceRatio));
        times.training()
                .transformForward()
                .ifPresent(time -> row(table, "building a layer's transform, ms", time, "", ""));
        times.training()
                .transform()
                .ifPresent(time -> row(table, "  with backward pass, ms", time, "", ""));
        row(table, "switching adapters, ms", times.switching(), "", "");
        memory(table);
        return table;
    }

    private void memory(Table table) {
        if (frozenPeak.isEmpty() || peak.isEmpty()) {
            return;
        }
        if (stockPeak.isPresent()) {
            table.add("memory in DJL alone, MiB", whole(stockPeak), "", "", "1");
        }
        table.add("memory of the frozen base model, MiB", whole(frozenPeak), "", "", "");
        table.add(
                "memory in training, MiB",
                whole(peak),
                "",
                ratio(mib(peak) / mib(frozenPeak)),
                stockPeak.isPresent() ? ratio(mib(peak) / mib(stockPeak)) : "");
    }

    private static void row(Table table, String what, Timing timing, String ratio, String toStock) {
        table.add(
                what,
                "%.3f".formatted(timing.medianMs()),
                "%.3f".formatted(timing.minMs()),
                ratio,
                toStock);
    }

    private String toStock(ToDoubleFunction<StockComparison> ratio) {
        return times().stock().map(stock -> ratio(ratio.applyAsDouble(stock))).orElse("");
    }

    private static String ratio(double ratio) {
        return "%.3f".formatted(ratio);
    }

    private static String whole(OptionalLong bytes) {
        return "%.0f".formatted(mib(bytes));
    }

    @Override
    public ResultLine line() {
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
                .count("trainable_parameters", times.training().trainableParameters());
        timing(line, "stock_step", "ms", times.stock().map(StockComparison::step));
        timing(line, "frozen_step", "ms", Optional.of(times.training().frozenStep()));
        timing(line, "adapter_step", "ms", Optional.of(times.training().step()));
        line.number("step_ratio", rounded(times.training().stepRatio()));
        line.number("stock_step_ratio", stockRatio(StockComparison::stepRatio));
        timing(line, "stock_inference", "ms", times.stock().map(StockComparison::inference));
        timing(line, "base_inference", "ms", Optional.of(result.baseInference()));
        timing(line, "adapted_inference", "ms", Optional.of(times.inference()));
        line.number("inference_ratio", rounded(times.inferenceRatio()));
        line.number("stock_inference_ratio", stockRatio(StockComparison::inferenceRatio));
        timing(line, "merged_inference", "ms", Optional.of(times.mergedInference()));
        line.number("merged_inference_ratio", rounded(times.mergedInferenceRatio()));
        line.number(
                "stock_merged_inference_ratio", stockRatio(StockComparison::mergedInferenceRatio));
        timing(line, "rotation_forward", "ms_per_site", times.training().transformForward());
        timing(line, "rotation", "ms_per_site", times.training().transform());
        timing(line, "switch", "ms", Optional.of(times.switching()));
        line.number("forward_flops", flops.map(Flops::forward).orElse(Double.NaN));
        line.number("backward_flops", flops.map(Flops::backward).orElse(Double.NaN));
        return line.number("stock_peak_rss_mib", rounded(mib(stockPeak)))
                .number("frozen_peak_rss_mib", rounded(mib(frozenPeak)))
                .number("peak_rss_mib", rounded(mib(peak)))
                .number("memory_ratio", rounded(mib(peak) / mib(frozenPeak)))
                .number("stock_memory_ratio", rounded(mib(peak) / mib(stockPeak)));
    }

    private double stockRatio(ToDoubleFunction<StockComparison> ratio) {
        return rounded(times().stock().map(ratio::applyAsDouble).orElse(Double.NaN));
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
