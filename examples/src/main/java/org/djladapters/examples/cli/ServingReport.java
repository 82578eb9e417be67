/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.List;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.examples.bench.ServingResult;

/** Shows the times of requests for several adapters. */
record ServingReport(
        ModelSource source, AdapterConfig config, Conditions conditions, ServingResult result)
        implements MeasuredReport {

    @Override
    public List<String> heading() {
        return Conditions.heading(conditions);
    }

    @Override
    public Table table() {
        Table table = new Table();
        table.add("way", "ms", "requests per second", "x base model");
        result.seconds()
                .forEach(
                        (way, seconds) ->
                                table.add(
                                        way.title(),
                                        "%.1f".formatted(seconds * 1000),
                                        "%.1f".formatted(way.requests(result.requests()) / seconds),
                                        "%.2f"
                                                .formatted(
                                                        seconds
                                                                / result.seconds()
                                                                        .get(way.base()))));
        return table;
    }

    @Override
    public ResultLine line() {
        ResultLine line = new ResultLine();
        source.describe(line);
        Conditions.describeProcessor(line);
        conditions.describe(line);
        line.text("method", config.method())
                .text("settings", config.toString())
                .count("adapters", result.adapters())
                .count("batch", result.requests())
                .count("length", result.length())
                .count("rounds", result.rounds())
                .number("loading_ms", result.loading() * 1000)
                .count("parameter_bytes", result.parameters());
        result.memory().ifPresent(bytes -> line.count("memory_bytes", bytes));
        result.seconds().forEach((way, time) -> line.number(way.key() + "_ms", time * 1000));
        return line;
    }
}
