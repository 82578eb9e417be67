/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.djladapters.examples.bench.BenchmarkResult;
import org.djladapters.examples.bench.BenchmarkResult.Ratios;
import org.djladapters.examples.bench.BenchmarkResult.StockComparison;
import org.djladapters.examples.bench.BenchmarkResult.Timing;

/**
 * The cost of a method in one precision.
 *
 * @param result the times of one method
 * @param stockPeak the largest resident size in bytes in steps of the frozen export in DJL alone,
 *     if it is known
 * @param frozenPeak the same in steps of the frozen base model
 * @param peak the same in training steps
 * @param first the measurement in float32 that this one was interleaved with; empty for that one,
 *     and for the only one
 */
record MeasuredPrecision(
        Conditions conditions,
        BenchmarkResult result,
        OptionalLong stockPeak,
        OptionalLong frozenPeak,
        OptionalLong peak,
        Optional<MeasuredPrecision> first) {

    private static final double MIB = 1 << 20;

    /** A row of a table: a median and a least value, and what they are compared with. */
    record Row(
            String what,
            String median,
            String least,
            String ratio,
            String toStock,
            String toFirst) {}

    String method() {
        return result.methods().keySet().iterator().next();
    }

    BenchmarkResult.Method times() {
        return result.methods().get(method());
    }

    /** Returns the rows of the table, the same ones for both precisions of a measurement. */
    List<Row> rows() {
        BenchmarkResult.Method times = times();
        List<Row> rows = new ArrayList<>();
        stockRow("frozen step in DJL alone, ms", StockComparison::step).ifPresent(rows::add);
        rows.add(
                row(
                        "step of the frozen base model, ms",
                        times.training().frozenStep(),
                        Ratios::frozenStep));
        rows.add(
                row(
                        "training step, ms",
                        times.training().step(),
                        times.training().stepRatio(),
                        StockComparison::stepRatio,
                        Ratios::step));
        stockRow("prediction in DJL alone, ms", StockComparison::inference).ifPresent(rows::add);
        rows.add(
                row(
                        "prediction of the base model, ms",
                        result.baseInference(),
                        Ratios::baseInference));
        rows.add(
                row(
                        "prediction with adapter, ms",
                        times.inference(),
                        times.inferenceRatio(),
                        StockComparison::inferenceRatio,
                        Ratios::inference));
        rows.add(
                row(
                        "prediction merged, ms",
                        times.mergedInference(),
                        times.mergedInferenceRatio(),
                        StockComparison::mergedInferenceRatio,
                        Ratios::mergedInference));
        times.training()
                .transformForward()
                .ifPresent(time -> rows.add(row("building a layer's transform, ms", time)));
        times.training()
                .transform()
                .ifPresent(time -> rows.add(row("  with backward pass, ms", time)));
        rows.add(row("switching adapters, ms", times.switching()));
        times.fileBytes()
                .ifPresent(
                        bytes ->
                                rows.add(
                                        memory(
                                                "file of the adapter, KB",
                                                "%.1f".formatted(bytes / 1e3),
                                                "",
                                                "",
                                                "")));
        if (frozenPeak.isPresent() && peak.isPresent()) {
            addMemory(rows);
        }
        return rows;
    }

    /** Makes the row of DJL alone, which is measured once, beside the first precision. */
    private Optional<Row> stockRow(String what, Function<StockComparison, Timing> time) {
        return times().stock()
                .map(time)
                .map(
                        timing ->
                                first.isPresent()
                                        ? new Row(what, "", "", "", "", "")
                                        : row(what, timing, "", "1", ""));
    }

    private void addMemory(List<Row> rows) {
        if (stockPeak.isPresent()) {
            String bytes = first.isPresent() ? "" : whole(stockPeak);
            rows.add(memory("memory in DJL alone, MiB", bytes, "", bytes.isEmpty() ? "" : "1", ""));
        }
        rows.add(
                memory(
                        "memory of the frozen base model, MiB",
                        whole(frozenPeak),
                        "",
                        "",
                        toFirst(MeasuredPrecision::frozenPeak)));
        rows.add(
                memory(
                        "memory in training, MiB",
                        whole(peak),
                        shown(quotient(peak, frozenPeak)),
                        shown(quotient(peak, stockPeak)),
                        toFirst(MeasuredPrecision::peak)));
    }

    private static Row row(String what, Timing timing) {
        return row(what, timing, "", "", "");
    }

    private Row row(String what, Timing timing, ToDoubleFunction<Ratios> toFirst) {
        return row(what, timing, "", "", shown(ratio(toFirst)));
    }

    private Row row(
            String what,
            Timing timing,
            double ratio,
            ToDoubleFunction<StockComparison> toStock,
            ToDoubleFunction<Ratios> toFirst) {
        return row(what, timing, shown(ratio), shown(stockRatio(toStock)), shown(ratio(toFirst)));
    }

    private static Row row(
            String what, Timing timing, String ratio, String toStock, String toFirst) {
        return new Row(
                what, shown(timing.medianMs()), shown(timing.minMs()), ratio, toStock, toFirst);
    }

    private static Row memory(
            String what, String mebibytes, String ratio, String toStock, String toFirst) {
        return new Row(what, mebibytes, "", ratio, toStock, toFirst);
    }

    private String toFirst(Function<MeasuredPrecision, OptionalLong> bytes) {
        return first.map(one -> shown(quotient(bytes.apply(this), bytes.apply(one)))).orElse("");
    }

    private double stockRatio(ToDoubleFunction<StockComparison> ratio) {
        return times().stock().map(ratio::applyAsDouble).orElse(Double.NaN);
    }

    private double ratio(ToDoubleFunction<Ratios> ratio) {
        return first.flatMap(one -> one.result().other())
                .map(other -> ratio.applyAsDouble(other.ratios().get(method())))
                .orElse(Double.NaN);
    }

    /** Adds the figures that exist for every precision. */
    void describe(ResultLine line) {
        BenchmarkResult.Method times = times();
        conditions.describe(line);
        timing(line, "frozen_step", "ms", Optional.of(times.training().frozenStep()));
        timing(line, "adapter_step", "ms", Optional.of(times.training().step()));
        number(line, "step_ratio", times.training().stepRatio());
        number(line, "stock_step_ratio", stockRatio(StockComparison::stepRatio));
        timing(line, "base_inference", "ms", Optional.of(result.baseInference()));
        timing(line, "adapted_inference", "ms", Optional.of(times.inference()));
        number(line, "inference_ratio", times.inferenceRatio());
        number(line, "stock_inference_ratio", stockRatio(StockComparison::inferenceRatio));
        timing(line, "merged_inference", "ms", Optional.of(times.mergedInference()));
        number(line, "merged_inference_ratio", times.mergedInferenceRatio());
        number(
                line,
                "stock_merged_inference_ratio",
                stockRatio(StockComparison::mergedInferenceRatio));
        timing(line, "rotation_forward", "ms_per_site", times.training().transformForward());
        timing(line, "rotation", "ms_per_site", times.training().transform());
        timing(line, "switch", "ms", Optional.of(times.switching()));
        number(line, "frozen_peak_rss_mib", mib(frozenPeak));
        number(line, "peak_rss_mib", mib(peak));
        number(line, "memory_ratio", quotient(peak, frozenPeak));
        number(line, "stock_memory_ratio", quotient(peak, stockPeak));
        first.ifPresent(one -> describeRatios(line, one));
    }

    private void describeRatios(ResultLine line, MeasuredPrecision one) {
        String prefix = one.conditions().name() + "_";
        number(line, prefix + "frozen_step_ratio", ratio(Ratios::frozenStep));
        number(line, prefix + "step_ratio", ratio(Ratios::step));
        number(line, prefix + "base_inference_ratio", ratio(Ratios::baseInference));
        number(line, prefix + "inference_ratio", ratio(Ratios::inference));
        number(line, prefix + "merged_inference_ratio", ratio(Ratios::mergedInference));
        number(line, prefix + "memory_ratio", quotient(peak, one.peak()));
    }

    /** Adds the figures of DJL alone. */
    void describeStock(ResultLine line) {
        timing(line, "stock_step", "ms", times().stock().map(StockComparison::step));
        timing(line, "stock_inference", "ms", times().stock().map(StockComparison::inference));
        number(line, "stock_peak_rss_mib", mib(stockPeak));
    }

    private static void timing(ResultLine line, String name, String unit, Optional<Timing> timing) {
        number(line, name + "_" + unit, timing.map(Timing::medianMs).orElse(Double.NaN));
        number(line, name + "_min_" + unit, timing.map(Timing::minMs).orElse(Double.NaN));
    }

    private static void number(ResultLine line, String name, double value) {
        line.number(name, Double.isNaN(value) ? value : Math.round(value * 1e5) / 1e5);
    }

    private static String shown(double value) {
        return Double.isNaN(value) ? "" : "%.3f".formatted(value);
    }

    private static String whole(OptionalLong bytes) {
        return "%.0f".formatted(mib(bytes));
    }

    private static double mib(OptionalLong bytes) {
        return bytes.isPresent() ? bytes.getAsLong() / MIB : Double.NaN;
    }

    private static double quotient(OptionalLong bytes, OptionalLong by) {
        return mib(bytes) / mib(by);
    }
}
