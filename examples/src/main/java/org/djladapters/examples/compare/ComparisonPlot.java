/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.djladapters.examples.plot.Axis;
import org.djladapters.examples.plot.Chart;
import org.djladapters.examples.plot.Figure;
import org.djladapters.examples.plot.Palette;
import org.djladapters.examples.plot.Series;
import org.djladapters.examples.plot.Series.Look;
import org.djladapters.examples.plot.Series.Point;

/**
 * Draws the metric of every method against its number of adapter parameters on a logarithmic axis,
 * with error bars of one standard deviation.
 */
final class ComparisonPlot {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 560;

    private ComparisonPlot() {}

    /** Writes a PNG of a result with at least one successful run. */
    static void write(ComparisonResult result, Path file) throws IOException {
        List<MethodSummary> shown =
                result.methods().stream().filter(m -> !m.values().isEmpty()).toList();
        double factor = result.isShare() ? 100 : 1;
        Chart.Builder chart =
                Chart.builder()
                        .setX(Axis.logarithmic("adapter parameters, without the head"))
                        .setY(Axis.linear(axisTitle(result, shown)))
                        .optSize(WIDTH, HEIGHT);
        for (int i = 0; i < shown.size(); i++) {
            MethodSummary method = shown.get(i);
            Point point =
                    new Point(
                            method.adapterParameters(),
                            method.mean() * factor,
                            method.deviation() * factor,
                            method.method());
            chart.addSeries(new Series("", Palette.color(i), Look.DOTS, List.of(point)));
        }
        new Figure("", List.of(chart.build())).write(file);
    }

    private static String axisTitle(ComparisonResult result, List<MethodSummary> shown) {
        int seeds = shown.stream().mapToInt(m -> m.values().size()).max().orElseThrow();
        return result.metricName()
                + (result.isShare() ? " (%)" : "")
                + (seeds > 1 ? ", mean ± standard deviation of " + seeds + " seeds" : "");
    }
}
