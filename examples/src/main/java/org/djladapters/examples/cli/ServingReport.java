/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.examples.bench.ServingResult;
import org.djladapters.rotation.Matmul;

/** Shows how long requests for several adapters take. */
record ServingReport(
        ModelSource source,
        AdapterConfig config,
        Matmul matmul,
        int threads,
        ServingResult result) {

    private Map<String, Double> ways() {
        Map<String, Double> ways = new LinkedHashMap<>();
        ways.put("base", result.base());
        ways.put("mixed", result.mixed());
        ways.put("sorted", result.sorted());
        ways.put("switching", result.switching());
        return ways;
    }

    Table table() {
        Table table = new Table();
        table.add("way", "ms per batch", "requests per second", "x base model");
        ways().forEach(
                        (way, seconds) ->
                                table.add(
                                        way,
                                        "%.1f".formatted(seconds * 1000),
                                        "%.1f".formatted(result.requests() / seconds),
                                        "%.2f".formatted(seconds / result.base())));
        return table;
    }

    ResultLine line() {
        ResultLine line = new ResultLine();
        source.describe(line);
        line.text("method", config.method())
                .text("settings", config.toString())
                .text("matmul", matmul.toString())
                .count("threads", threads)
                .count("adapters", result.adapters())
                .count("batch", result.requests())
                .count("length", result.length())
                .count("rounds", result.rounds());
        ways().forEach((way, seconds) -> line.number(way + "_ms", seconds * 1000));
        return line;
    }
}
