/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.djladapters.io.AtomicFiles;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws the metric of every method against its number of adapter parameters on a logarithmic axis,
 * with error bars of one standard deviation.
 *
 * <p>A logarithmic axis has no place for 0. Methods without adapter parameters stand left of it,
 * behind a dashed line that breaks the axis, over a tick that says 0.
 */
final class ComparisonPlot {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 560;
    private static final int MARKER = 11;
    private static final int GAP = 6;
    private static final int LONG_TICK = 8;
    private static final int SHORT_TICK = 4;
    private static final double MARGIN = 0.12;
    private static final Color GRID = new Color(0xE4E4E4);
    private static final Font LABEL = new Font(Font.SANS_SERIF, Font.BOLD, 15);
    private static final Font TITLE = new Font(Font.SANS_SERIF, Font.PLAIN, 16);
    private static final Font TICKS = new Font(Font.SANS_SERIF, Font.PLAIN, 14);

    /** Told apart by people who see colours differently (Okabe and Ito). */
    private static final List<Color> COLORS =
            List.of(
                    new Color(0x0072B2),
                    new Color(0xD55E00),
                    new Color(0x009E73),
                    new Color(0xCC79A7),
                    new Color(0x56B4E9),
                    new Color(0xE69F00),
                    new Color(0x222222),
                    new Color(0x8C6D31));

    private final ComparisonResult result;
    private final List<MethodSummary> shown;
    private final double factor;
    private final int firstDecade;
    private final int lastDecade;
    private final boolean broken;

    private ComparisonPlot(ComparisonResult result) {
        this.result = result;
        shown = result.methods().stream().filter(m -> !m.values().isEmpty()).toList();
        factor = result.isShare() ? 100 : 1;
        broken = shown.stream().anyMatch(m -> m.adapterParameters() == 0);
        double[] decades =
                shown.stream()
                        .filter(m -> m.adapterParameters() > 0)
                        .mapToDouble(m -> Math.log10((double) m.adapterParameters()))
                        .sorted()
                        .toArray();
        firstDecade = decades.length == 0 ? 0 : (int) Math.floor(decades[0]);
        lastDecade = decades.length == 0 ? 1 : (int) Math.ceil(decades[decades.length - 1] + 0.05);
    }

    /**
     * Writes a PNG.
     *
     * @param result has a method with a run that succeeded
     */
    static void write(ComparisonResult result, Path file) throws IOException {
        BufferedImage image = new ComparisonPlot(result).draw();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        AtomicFiles.writeBytes(file, ByteBuffer.wrap(bytes.toByteArray()));
    }

    private BufferedImage draw() {
        XYChart chart =
                new XYChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .xAxisTitle("adapter parameters, without the head")
                        .yAxisTitle(axisTitle())
                        .build();
        style(chart.getStyler());
        frame(chart);
        for (int i = 0; i < shown.size(); i++) {
            add(chart, shown.get(i), COLORS.get(i % COLORS.size()));
        }
        BufferedImage image = BitmapEncoder.getBufferedImage(chart);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(
                RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        drawAxis(chart, graphics);
        drawLabels(chart, graphics);
        graphics.dispose();
        return image;
    }

    private String axisTitle() {
        int seeds = shown.stream().mapToInt(m -> m.values().size()).max().orElseThrow();
        return result.metricName()
                + (result.isShare() ? " (%)" : "")
                + (seeds > 1 ? ", mean ± standard deviation of " + seeds + " seeds" : "");
    }

    private void style(XYStyler styler) {
        styler.setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter)
                .setMarkerSize(MARKER);
        styler.setXAxisMin(broken ? firstDecade - 1.3 : firstDecade)
                .setXAxisMax(lastDecade + 0.3)
                .setYAxisMin(low() - MARGIN * range())
                .setYAxisMax(high() + MARGIN * range())
                .setErrorBarsColorSeriesColor(true)
                .setAxisTitleFont(TITLE)
                .setAxisTitlePadding(24)
                .setAxisTickLabelsFont(TICKS)
                .setAxisTickMarksColor(Color.GRAY)
                .setPlotGridVerticalLinesVisible(false)
                .setPlotGridLinesColor(GRID)
                .setPlotGridLinesStroke(new BasicStroke(1));
        // Labels of powers of ten are written afterwards, above the title.
        styler.setxAxisTickLabelsFormattingFunction(decade -> " ");
        styler.setLegendVisible(false)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false)
                .setPlotContentSize(1)
                .setChartPadding(16);
    }

    /** Two unseen points; the chart leaves out the ticks of an axis where all values are equal. */
    private void frame(XYChart chart) {
        chart.addSeries(
                        " ",
                        new double[] {firstDecade, lastDecade},
                        new double[] {low() - MARGIN * range(), high() + MARGIN * range()})
                .setMarker(SeriesMarkers.NONE);
    }

    private void add(XYChart chart, MethodSummary method, Color color) {
        double deviation = method.deviation();
        double error = Double.isNaN(deviation) ? 0 : deviation * factor;
        chart.addSeries(
                        method.method(),
                        new double[] {place(method)},
                        new double[] {method.mean() * factor},
                        new double[] {error})
                .setMarker(SeriesMarkers.CIRCLE)
                .setMarkerColor(color)
                .setLineColor(color);
    }

    /** Where a method stands, in decades; without parameters one before all others. */
    private double place(MethodSummary method) {
        return method.adapterParameters() == 0
                ? firstDecade - 1
                : Math.log10((double) method.adapterParameters());
    }

    private double low() {
        return shown.stream().mapToDouble(m -> bound(m, -1)).min().orElseThrow();
    }

    private double high() {
        return shown.stream().mapToDouble(m -> bound(m, 1)).max().orElseThrow();
    }

    private double range() {
        double range = high() - low();
        return range > 0 ? range : 1;
    }

    private double bound(MethodSummary method, int sign) {
        double deviation = method.deviation();
        return (method.mean() + (Double.isNaN(deviation) ? 0 : sign * deviation)) * factor;
    }

    /** Marks powers of ten and, smaller, their multiples. */
    private void drawAxis(XYChart chart, Graphics2D graphics) {
        int bottom = bottom(chart);
        graphics.setColor(Color.GRAY);
        for (int decade = firstDecade; decade <= lastDecade; decade++) {
            for (int digit = 1; digit < (decade < lastDecade ? 10 : 2); digit++) {
                int x = screenX(chart, decade + Math.log10((double) digit));
                graphics.drawLine(x, bottom, x, bottom + (digit == 1 ? LONG_TICK : SHORT_TICK));
            }
        }
        for (int decade = firstDecade; decade <= lastDecade; decade++) {
            String power = String.format(Locale.ROOT, "%,.0f", Math.pow(10, decade));
            drawTick(chart, graphics, decade, power);
        }
        if (broken) {
            drawTick(chart, graphics, firstDecade - 1, "0");
            drawBreak(chart, graphics);
        }
    }

    private void drawTick(XYChart chart, Graphics2D graphics, int decade, String text) {
        graphics.setColor(Color.DARK_GRAY);
        graphics.setFont(TICKS);
        FontMetrics metrics = graphics.getFontMetrics();
        int width = metrics.stringWidth(text);
        int x = Math.min(screenX(chart, decade) - width / 2, WIDTH - width - GAP);
        graphics.drawString(text, x, bottom(chart) + LONG_TICK + metrics.getAscent() + 2);
    }

    private void drawBreak(XYChart chart, Graphics2D graphics) {
        int x = screenX(chart, firstDecade - 0.4);
        float[] dashes = {6, 5};
        graphics.setColor(Color.GRAY);
        graphics.setStroke(
                new BasicStroke(1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, dashes, 0));
        graphics.drawLine(x, screenY(chart, high() + MARGIN * range()), x, bottom(chart));
    }

    private int bottom(XYChart chart) {
        return screenY(chart, low() - MARGIN * range());
    }

    private static int screenX(XYChart chart, double decade) {
        return (int) Math.round(chart.getScreenXFromChart(decade));
    }

    private static int screenY(XYChart chart, double value) {
        return (int) Math.round(chart.getScreenYFromChart(value));
    }

    /** Writes each name beside its point, where it covers neither a point nor another name. */
    private void drawLabels(XYChart chart, Graphics2D graphics) {
        graphics.setFont(LABEL);
        List<Rectangle> taken = new ArrayList<>();
        for (MethodSummary method : shown) {
            taken.add(around(chart, method));
        }
        for (int i = 0; i < shown.size(); i++) {
            MethodSummary method = shown.get(i);
            Rectangle label = free(candidates(chart, method, graphics.getFontMetrics()), taken);
            taken.add(label);
            graphics.setColor(COLORS.get(i % COLORS.size()).darker());
            graphics.drawString(
                    method.method(), label.x, label.y + graphics.getFontMetrics().getAscent());
        }
    }

    /** The point with its error bar. */
    private Rectangle around(XYChart chart, MethodSummary method) {
        int x = screenX(chart, place(method));
        int top = screenY(chart, bound(method, 1));
        int bottom = screenY(chart, bound(method, -1));
        int half = MARKER / 2 + 1;
        return new Rectangle(x - half, top - half, 2 * half, bottom - top + 2 * half);
    }

    private List<Rectangle> candidates(XYChart chart, MethodSummary method, FontMetrics metrics) {
        Rectangle point = around(chart, method);
        int centre = screenY(chart, method.mean() * factor);
        int width = metrics.stringWidth(method.method());
        int height = metrics.getHeight();
        int right = point.x + point.width + GAP;
        int left = point.x - GAP - width;
        int middle = point.x + point.width / 2 - width / 2;
        List<Rectangle> candidates = new ArrayList<>();
        for (int y : new int[] {centre - height / 2, centre - height - 4, centre + 4}) {
            candidates.add(new Rectangle(right, y, width, height));
            candidates.add(new Rectangle(left, y, width, height));
        }
        candidates.add(new Rectangle(middle, point.y - height - 2, width, height));
        candidates.add(new Rectangle(middle, point.y + point.height + 2, width, height));
        return candidates;
    }

    private static Rectangle free(List<Rectangle> candidates, List<Rectangle> taken) {
        Rectangle canvas = new Rectangle(GAP, GAP, WIDTH - 2 * GAP, HEIGHT - 2 * GAP);
        return candidates.stream()
                .filter(place -> canvas.contains(place))
                .filter(place -> taken.stream().noneMatch(place::intersects))
                .findFirst()
                .orElse(candidates.get(0));
    }
}
