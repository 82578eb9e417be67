/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.djladapters.examples.plot.Axis;
import org.djladapters.examples.plot.Chart;
import org.djladapters.examples.plot.Figure;
import org.djladapters.examples.plot.Palette;
import org.djladapters.examples.plot.Series;
import org.djladapters.examples.plot.Series.Look;
import org.djladapters.examples.plot.Series.Point;

/**
 * Draws the results of a sweep: the step ratio, and the shortest time of building the rotation of a
 * layer, with the backward pass.
 */
final class GrowthPlot {

    private final GrowthSweep sweep;
    private final double[] places;
    private final Map<String, List<GrowthResult>> series;

    private GrowthPlot(GrowthSweep sweep, List<GrowthResult> results) {
        this.sweep = sweep;
        places = results.stream().mapToDouble(this::place).distinct().sorted().toArray();
        series =
                results.stream()
                        .sorted(Comparator.comparingDouble(this::place))
                        .collect(
                                Collectors.groupingBy(
                                        result -> sweep.series(result.point()),
                                        LinkedHashMap::new,
                                        Collectors.toList()));
    }

    /** Writes a PNG of at least one result. */
    static void write(GrowthSweep sweep, List<GrowthResult> results, Path file) throws IOException {
        GrowthPlot plot = new GrowthPlot(sweep, results);
        Chart ratio = plot.chart("step / step of the frozen base model", GrowthResult::stepRatio);
        Chart building =
                plot.chart(
                        "ms to build a layer's rotation, both ways",
                        result -> result.rotation().minMs());
        new Figure(sweep.setting(), List.of(ratio, building)).write(file);
    }

    private Chart chart(String title, ToDoubleFunction<GrowthResult> value) {
        Chart.Builder chart =
                Chart.builder()
                        .setX(Axis.logarithmic(sweep.quantity()).withLabelsAt(places))
                        .setY(Axis.logarithmic(title));
        int color = 0;
        for (Map.Entry<String, List<GrowthResult>> line : series.entrySet()) {
            List<Point> points =
                    line.getValue().stream()
                            .map(r -> new Point(place(r), value.applyAsDouble(r)))
                            .toList();
            chart.addSeries(
                    new Series(line.getKey(), Palette.color(color++), Look.DOTTED_LINE, points));
        }
        return chart.build();
    }

    private double place(GrowthResult result) {
        return sweep.place().applyAsDouble(result.point());
    }
}
