/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.djladapters.examples.serve.LoadResult;

/** Shows the results of load tests of a server, one for each number of clients. */
record LoadReport(URI server, int adapters, List<LoadResult> results) implements MeasuredReport {

    private static Map<String, Double> milliseconds(LoadResult result) {
        Map<String, Double> times = new LinkedHashMap<>();
        times.put("p50", result.milliseconds(0.5));
        times.put("p90", result.milliseconds(0.9));
        times.put("p99", result.milliseconds(0.99));
        times.put("max", result.milliseconds(1));
        return times;
    }

    @Override
    public Table table() {
        Table table = new Table();
        table.add(
                "clients",
                "requests per second",
                "p50, ms",
                "p90, ms",
                "p99, ms",
                "max, ms",
                "failures");
        for (LoadResult result : results) {
            List<String> times =
                    milliseconds(result).values().stream().map("%.1f"::formatted).toList();
            table.add(
                    result.clients(),
                    "%.1f".formatted(result.perSecond()),
                    times.get(0),
                    times.get(1),
                    times.get(2),
                    times.get(3),
                    failures(result));
        }
        return table;
    }

    private static String failures(LoadResult result) {
        return result.failures().isEmpty()
                ? "none"
                : result.failures().entrySet().stream()
                        .map(e -> e.getKey() + ": " + e.getValue())
                        .collect(Collectors.joining(", "));
    }

    @Override
    public ResultLine line() {
        return new ResultLine()
                .text("url", server.toString())
                .count("adapters", adapters)
                .list("runs", results.stream().map(LoadReport::line).toList());
    }

    private static ResultLine line(LoadResult result) {
        ResultLine line =
                new ResultLine()
                        .count("clients", result.clients())
                        .seconds(result.seconds())
                        .count("requests", result.requests())
                        .number("requests_per_second", result.perSecond());
        milliseconds(result).forEach((name, time) -> line.number(name + "_ms", time));
        result.failures().forEach((status, count) -> line.count("failed_" + status, count));
        return line;
    }
}
