/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.djladapters.examples.bench.BenchmarkResult;
import org.djladapters.tuning.Flops;

/**
 * Shows the cost of a method, in one precision or in two that were measured together.
 *
 * @param flops the operations for a token of a training step, if rows have tokens
 * @param measured the precision whose figures are those of the line
 * @param second the precision that was interleaved with it, whose figures are an object in the line
 * @param leftOut why there is no second one, if that was not asked for
 */
record BenchReport(
        ModelSource source,
        Optional<Flops> flops,
        MeasuredPrecision measured,
        Optional<MeasuredPrecision> second,
        Optional<String> leftOut)
        implements MeasuredReport {

    private static final String SECOND = "bfloat16";

    @Override
    public List<String> heading() {
        List<String> heading =
                new ArrayList<>(
                        Conditions.heading(
                                Stream.concat(Stream.of(measured), second.stream())
                                        .map(MeasuredPrecision::conditions)
                                        .toArray(Conditions[]::new)));
        leftOut.ifPresent(heading::add);
        return heading;
    }

    @Override
    public Table table() {
        String toStock = measured.times().stock().isPresent() ? "vs. DJL alone" : "";
        return second.map(other -> tableOfTwo(other, toStock)).orElseGet(() -> tableOfOne(toStock));
    }

    private Table tableOfOne(String toStock) {
        Table table = new Table();
        table.add(measured.method(), "median", "least", "ratio", toStock);
        for (MeasuredPrecision.Row row : measured.rows()) {
            table.add(row.what(), row.median(), row.least(), row.ratio(), row.toStock());
        }
        return table;
    }

    private Table tableOfTwo(MeasuredPrecision other, String toStock) {
        Table table = new Table();
        List<String> names = List.of(measured.conditions().name(), other.conditions().name());
        table.add(
                measured.method(),
                names.get(0),
                "ratio",
                toStock,
                names.get(1),
                "ratio",
                toStock,
                names.get(1) + " / " + names.get(0));
        List<MeasuredPrecision.Row> rows = measured.rows();
        List<MeasuredPrecision.Row> others = other.rows();
        // a process that measures memory can fail
        for (int i = 0; i < Math.min(rows.size(), others.size()); i++) {
            List<String> cells = new ArrayList<>(List.of(rows.get(i).what()));
            for (MeasuredPrecision.Row row : List.of(rows.get(i), others.get(i))) {
                cells.addAll(List.of(row.median(), row.ratio(), row.toStock()));
            }
            cells.add(others.get(i).toFirst());
            table.add(cells.toArray());
        }
        return table;
    }

    @Override
    public ResultLine line() {
        BenchmarkResult result = measured.result();
        BenchmarkResult.Method times = measured.times();
        ResultLine line = new ResultLine();
        source.describe(line);
        Conditions.describeProcessor(line);
        line.text("method", measured.method())
                .text("settings", times.settings())
                .text("device", result.device())
                .count("batch", result.batchSize())
                .count("length", result.length())
                .count("image_size", result.imageSize())
                .count("rounds", result.rounds())
                .count("sites", times.sites())
                .count("trainable_parameters", times.training().trainableParameters())
                .count("adapter_file_bytes", times.fileBytes())
                .number("forward_flops", flops.map(Flops::forward).orElse(Double.NaN))
                .number("backward_flops", flops.map(Flops::backward).orElse(Double.NaN));
        measured.describeStock(line);
        measured.describe(line);
        second.ifPresent(
                other -> {
                    ResultLine object = new ResultLine();
                    other.describe(object);
                    line.line(SECOND, object);
                });
        return line;
    }
}
