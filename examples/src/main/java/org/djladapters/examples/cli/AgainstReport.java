/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.List;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.examples.bench.ModelComparison;

/** Shows the times of a model compared with another form of it. */
record AgainstReport(
        ModelSource source,
        String against,
        AdapterConfig config,
        Conditions conditions,
        int batch,
        ModelComparison result)
        implements MeasuredReport {

    @Override
    public List<String> heading() {
        return Conditions.heading(conditions);
    }

    @Override
    public Table table() {
        Table table = new Table();
        table.add("", "model, ms", "against, ms", "ratio");
        row(table, "prediction", result.prediction());
        row(table, "training step, " + config.method(), result.step());
        return table;
    }

    private static void row(Table table, String what, ModelComparison.Times times) {
        table.add(
                what,
                "%.1f".formatted(times.model() * 1000),
                "%.1f".formatted(times.other() * 1000),
                "%.3f".formatted(times.ratio()));
    }

    @Override
    public ResultLine line() {
        ResultLine line = new ResultLine();
        source.describe(line);
        Conditions.describeProcessor(line);
        conditions.describe(line);
        line.text("against", against)
                .text("method", config.method())
                .text("settings", config.toString())
                .count("batch", batch)
                .count("length", result.length())
                .count("rounds", result.rounds())
                .number("difference", result.difference());
        add(line, "prediction", result.prediction());
        add(line, "step", result.step());
        return line;
    }

    private static void add(ResultLine line, String name, ModelComparison.Times times) {
        line.number(name + "_ms", times.model() * 1000)
                .number(name + "_against_ms", times.other() * 1000)
                .number(name + "_ratio", times.ratio());
    }
}
