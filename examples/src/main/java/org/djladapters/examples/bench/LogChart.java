/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Lines over two logarithmic axes. The ticks of the lower axis stand where there are points, those
 * of the other one at round numbers; both are drawn on top of the chart, which would only label
 * powers of ten.
 */
final class LogChart {

    static final int WIDTH = 640;
    static final int HEIGHT = 480;

    private static final double MARGIN = 0.07;
    private static final int TICK = 5;
    private static final int PADDING = 44;
    private static final Color FAINT = new Color(0, 0, 0, 26);
    private static final Font TITLE = new Font(Font.SANS_SERIF, Font.PLAIN, 16);
    private static final Font TICKS = new Font(Font.SANS_SERIF, Font.PLAIN, 14);

    /** First digits of round numbers, the roundest first. */
    private static final double[] ROUND = {1, 2, 5, 3, 7, 1.5, 4, 1.2, 1.1, 1.3, 9, 8};

    private final XYChart chart;
    private final List<double[]> places = new ArrayList<>();
    private final List<double[]> values = new ArrayList<>();

    LogChart(String quantity, String title) {
        chart =
                new XYChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .xAxisTitle(quantity)
                        .yAxisTitle(title)
                        .build();
    }

    /** Adds a line through points of positive coordinates. */
    void add(String name, Color color, double[] x, double[] y) {
        places.add(x);
        values.add(y);
        chart.addSeries(
                        name,
                        Arrays.stream(x).map(Math::log10).toArray(),
                        Arrays.stream(y).map(Math::log10).toArray())
                .setMarker(SeriesMarkers.CIRCLE)
                .setMarkerColor(color)
                .setLineColor(color);
    }

    BufferedImage draw() {
        double[] x = places.stream().flatMapToDouble(Arrays::stream).distinct().sorted().toArray();
        double[] y = values.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
        double left = Math.log10(x[0]);
        double right = Math.log10(x[x.length - 1]);
        double low = Math.log10(y[0]);
        double high = Math.log10(y[y.length - 1]);
        double marginX = MARGIN * Math.max(right - left, 0.3);
        double marginY = MARGIN * Math.max(high - low, 0.3);
        style(chart.getStyler());
        chart.getStyler()
                .setXAxisMin(left - marginX)
                .setXAxisMax(right + marginX)
                .setYAxisMin(low - marginY)
                .setYAxisMax(high + marginY);
        BufferedImage image = BitmapEncoder.getBufferedImage(chart);
        Graphics2D graphics = GrowthPlot.smooth(image);
        graphics.setFont(TICKS);
        Frame frame =
                new Frame(
                        screenX(left - marginX),
                        screenX(right + marginX),
                        screenY(low - marginY),
                        screenY(high + marginY));
        graphics.setColor(Color.GRAY);
        graphics.drawLine(frame.left(), frame.top(), frame.left(), frame.bottom());
        graphics.drawLine(frame.left(), frame.bottom(), frame.right(), frame.bottom());
        drawLowerTicks(x, frame, graphics);
        drawLeftTicks(frame, graphics);
        graphics.dispose();
        return image;
    }

    /** The sides of the plot in pixels. */
    private record Frame(int left, int right, int bottom, int top) {}

    private static void style(XYStyler styler) {
        styler.setAxisTitleFont(TITLE)
                .setPlotGridLinesVisible(false)
                .setAxisTicksVisible(false)
                // the place of the ticks that are drawn afterwards
                .setAxisTitlePadding(PADDING);
        styler.setLegendVisible(false)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false)
                .setPlotContentSize(1)
                .setChartPadding(16);
    }

    private void drawLowerTicks(double[] x, Frame frame, Graphics2D graphics) {
        FontMetrics metrics = graphics.getFontMetrics();
        int free = 0;
        for (double place : x) {
            int at = screenX(Math.log10(place));
            String label = label(place);
            int start = at - metrics.stringWidth(label) / 2;
            graphics.setColor(FAINT);
            graphics.drawLine(at, frame.top(), at, frame.bottom());
            graphics.setColor(Color.GRAY);
            graphics.drawLine(at, frame.bottom(), at, frame.bottom() + TICK);
            if (start > free) {
                graphics.setColor(Color.DARK_GRAY);
                graphics.drawString(label, start, frame.bottom() + TICK + metrics.getAscent());
                free = start + metrics.stringWidth(label) + TICK;
            }
        }
    }

    private void drawLeftTicks(Frame frame, Graphics2D graphics) {
        FontMetrics metrics = graphics.getFontMetrics();
        List<Integer> taken = new ArrayList<>();
        for (double value : roundNumbers()) {
            int at = screenY(Math.log10(value));
            boolean inside = at <= frame.bottom() && at >= frame.top();
            if (inside
                    && taken.stream()
                            .noneMatch(other -> Math.abs(other - at) < 2 * metrics.getHeight())) {
                taken.add(at);
                String label = label(value);
                graphics.setColor(FAINT);
                graphics.drawLine(frame.left(), at, frame.right(), at);
                graphics.setColor(Color.GRAY);
                graphics.drawLine(frame.left() - TICK, at, frame.left(), at);
                graphics.setColor(Color.DARK_GRAY);
                graphics.drawString(
                        label,
                        frame.left() - 2 * TICK - metrics.stringWidth(label),
                        at + metrics.getAscent() / 2 - 1);
            }
        }
    }

    private static double[] roundNumbers() {
        return Arrays.stream(ROUND)
                .flatMap(
                        digits ->
                                IntStream.rangeClosed(-6, 9)
                                        .mapToDouble(decade -> digits * Math.pow(10, decade)))
                .toArray();
    }

    /** Without a fraction of zeros or a power of ten. */
    private static String label(double number) {
        return BigDecimal.valueOf(number)
                .round(new MathContext(4))
                .stripTrailingZeros()
                .toPlainString();
    }

    private int screenX(double log) {
        return (int) Math.round(chart.getScreenXFromChart(log));
    }

    private int screenY(double log) {
        return (int) Math.round(chart.getScreenYFromChart(log));
    }
}
