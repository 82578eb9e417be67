/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.djladapters.io.AtomicFiles;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws what was measured along a sweep: the step ratio, and beside it the time of building. */
final class GrowthPlot {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 520;
    private static final Color GRID = new Color(0xE4E4E4);
    private static final Font TITLE = new Font(Font.SANS_SERIF, Font.PLAIN, 16);
    private static final Font TICKS = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

    /** Told apart by people who see colours differently (Okabe and Ito). */
    private static final List<Color> COLORS =
            List.of(
                    new Color(0x0072B2),
                    new Color(0xD55E00),
                    new Color(0x009E73),
                    new Color(0xCC79A7));

    private final GrowthSweep sweep;
    private final Map<String, List<GrowthResult>> series;

    private GrowthPlot(GrowthSweep sweep, List<GrowthResult> results) {
        this.sweep = sweep;
        series =
                results.stream()
                        .sorted(
                                Comparator.comparingDouble(
                                        r -> sweep.place().applyAsDouble(r.point())))
                        .collect(
                                Collectors.groupingBy(
                                        result -> sweep.series(result.point()),
                                        LinkedHashMap::new,
                                        Collectors.toList()));
    }

    /**
     * Writes a PNG.
     *
     * @param results at least one
     */
    static void write(GrowthSweep sweep, List<GrowthResult> results, Path file) throws IOException {
        GrowthPlot plot = new GrowthPlot(sweep, results);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(plot.draw(), "png", bytes);
        AtomicFiles.writeFile(
                file,
                channel -> {
                    ByteBuffer rest = ByteBuffer.wrap(bytes.toByteArray());
                    while (rest.hasRemaining()) {
                        channel.write(rest);
                    }
                });
    }

    private BufferedImage draw() {
        XYChart ratio = chart("step / step of the frozen base", GrowthResult::stepRatio);
        XYChart building =
                chart(
                        "building a layer's rotation, forward + backward (ms)",
                        GrowthResult::rotationMsPerSite);
        building.getStyler().setYAxisLogarithmic(true);
        BufferedImage image = new BufferedImage(2 * WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.drawImage(BitmapEncoder.getBufferedImage(ratio), 0, 0, null);
        graphics.drawImage(BitmapEncoder.getBufferedImage(building), WIDTH, 0, null);
        graphics.dispose();
        return image;
    }

    private XYChart chart(String title, ToDoubleFunction<GrowthResult> value) {
        XYChart chart =
                new XYChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .xAxisTitle(sweep.quantity() + " (" + sweep.setting() + ")")
                        .yAxisTitle(title)
                        .build();
        style(chart.getStyler());
        int color = 0;
        for (Map.Entry<String, List<GrowthResult>> line : series.entrySet()) {
            List<GrowthResult> results = line.getValue();
            chart.addSeries(
                            line.getKey(),
                            results.stream()
                                    .mapToDouble(r -> sweep.place().applyAsDouble(r.point()))
                                    .toArray(),
                            results.stream().mapToDouble(value).toArray())
                    .setMarker(SeriesMarkers.CIRCLE)
                    .setMarkerColor(COLORS.get(color % COLORS.size()))
                    .setLineColor(COLORS.get(color++ % COLORS.size()));
        }
        return chart;
    }

    private void style(XYStyler styler) {
        styler.setXAxisLogarithmic(true)
                .setAxisTitleFont(TITLE)
                .setAxisTickLabelsFont(TICKS)
                .setAxisTickMarksColor(Color.GRAY)
                .setPlotGridLinesColor(GRID)
                .setPlotGridLinesStroke(new BasicStroke(1));
        styler.setLegendPosition(Styler.LegendPosition.InsideNW)
                .setLegendFont(TICKS)
                .setLegendBorderColor(GRID)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false)
                .setChartPadding(16);
    }
}
