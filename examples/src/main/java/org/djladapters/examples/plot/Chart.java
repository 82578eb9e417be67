/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.djladapters.examples.plot.Axis.Range;
import org.djladapters.examples.plot.Axis.Tick;
import org.djladapters.examples.plot.Series.Look;
import org.djladapters.examples.plot.Series.Point;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Series over two axes. XChart draws the series; this class draws ticks and the labels of points,
 * since XChart labels no points, and on a logarithmic axis only powers of ten. A label covers
 * neither a point nor another label; if there is no such place, it is left out.
 */
public final class Chart implements Panel {

    private static final int MARKER = 10;
    private static final int TICK = 5;
    private static final int SHORT_TICK = 3;
    private static final int GAP = 16;
    private static final int PADDING = 44;
    private static final int EDGE = 16;
    private static final Color FAINT = new Color(0, 0, 0, 26);
    private static final Font TITLE = new Font(Font.SANS_SERIF, Font.PLAIN, 16);
    private static final Font TICKS = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
    private static final float[] DASH = {6, 5};

    /** A circle that is white inside, so that lines end at its edge. */
    private static final Marker RING =
            new Marker() {
                @Override
                public void paint(Graphics2D graphics, double x, double y, int size) {
                    Shape ring = new Ellipse2D.Double(x - size / 2.0, y - size / 2.0, size, size);
                    Color color = graphics.getColor();
                    graphics.setColor(Color.WHITE);
                    graphics.fill(ring);
                    graphics.setColor(color);
                    graphics.setStroke(new BasicStroke(2));
                    graphics.draw(ring);
                }
            };

    private final Axis x;
    private final Axis y;
    private final List<Series> series;
    private final int width;
    private final int height;

    private Chart(Builder builder) {
        x = Objects.requireNonNull(builder.x, "setX is missing");
        y = Objects.requireNonNull(builder.y, "setY is missing");
        series = List.copyOf(builder.series);
        width = builder.width;
        height = builder.height;
    }

    /** Creates a builder. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public List<Series> series() {
        return series;
    }

    @Override
    public BufferedImage draw() {
        Range across = x.range(values(Point::x));
        Range up =
                y.range(
                        DoubleStream.concat(
                                        DoubleStream.of(values(p -> p.y() - p.reach())),
                                        DoubleStream.of(values(p -> p.y() + p.reach())))
                                .toArray());
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = Figure.canvas(image);
        graphics.setFont(TICKS);
        List<Tick> heights = y.ticks(up, height / (3 * graphics.getFontMetrics().getHeight()));
        int gutter = gutter(heights, graphics.getFontMetrics());
        XYChart chart = chart(across, up, width - gutter);
        graphics.drawImage(BitmapEncoder.getBufferedImage(chart), gutter, 0, null);
        Frame frame = new Frame(chart, gutter, across, up);
        drawLowerTicks(frame, graphics);
        drawLeftTicks(heights, frame, graphics);
        drawLeftTitle(frame, graphics);
        new Labels(frame, width, height).draw(series, graphics);
        graphics.dispose();
        return image;
    }

    private double[] values(ToDoubleFunction<Point> value) {
        return series.stream().flatMap(s -> s.points().stream()).mapToDouble(value).toArray();
    }

    /** Returns the width that ticks and title need at the left. */
    private int gutter(List<Tick> ticks, FontMetrics metrics) {
        int widest = ticks.stream().mapToInt(t -> metrics.stringWidth(t.label())).max().orElse(0);
        return widest + 2 * TICK + (y.title().isEmpty() ? 0 : metrics.getHeight());
    }

    private XYChart chart(Range across, Range up, int chartWidth) {
        XYChart chart =
                new XYChartBuilder().width(chartWidth).height(height).xAxisTitle(x.title()).build();
        style(chart.getStyler());
        chart.getStyler()
                .setXAxisMin(across.low())
                .setXAxisMax(across.high())
                .setYAxisMin(up.low())
                .setYAxisMax(up.high());
        for (int i = 0; i < series.size(); i++) {
            if (!series.get(i).points().isEmpty()) {
                add(chart, String.valueOf(i), series.get(i), across, up);
            }
        }
        return chart;
    }

    private static void style(XYStyler styler) {
        styler.setMarkerSize(MARKER);
        styler.setErrorBarsColorSeriesColor(true)
                .setAxisTitleFont(TITLE)
                .setPlotGridLinesVisible(false)
                .setAxisTicksVisible(false)
                // leaves room for the ticks that are drawn afterwards
                .setAxisTitlePadding(PADDING);
        styler.setLegendVisible(false)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false)
                .setPlotContentSize(1)
                .setChartPadding(EDGE);
    }

    private void add(XYChart chart, String key, Series shown, Range across, Range up) {
        List<Point> points = shown.points();
        Look look = shown.look();
        double[] places = points.stream().mapToDouble(p -> x.place(p.x(), across.zero())).toArray();
        double[] heights = points.stream().mapToDouble(p -> y.place(p.y(), up.zero())).toArray();
        double[] errors = points.stream().mapToDouble(Point::reach).toArray();
        boolean exact = DoubleStream.of(errors).allMatch(error -> error == 0);
        XYSeries drawn = chart.addSeries(key, places, heights, exact ? null : errors);
        drawn.setXYSeriesRenderStyle(
                        look.isJoined() ? XYSeriesRenderStyle.Line : XYSeriesRenderStyle.Scatter)
                .setMarker(marker(look))
                .setMarkerColor(shown.color())
                .setLineColor(shown.color())
                .setLineStyle(stroke(look));
    }

    private static Marker marker(Look look) {
        return switch (look) {
            case DOTS, DOTTED_LINE -> SeriesMarkers.CIRCLE;
            case RINGS -> RING;
            case DIAMONDS -> SeriesMarkers.DIAMOND;
            case LINE, DASHES -> SeriesMarkers.NONE;
        };
    }

    static BasicStroke stroke(Look look) {
        return look == Look.DASHES
                ? new BasicStroke(1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, DASH, 0)
                : new BasicStroke(2);
    }

    /** The places of values in pixels. */
    final class Frame {

        private final XYChart chart;
        private final int gutter;
        private final Range across;
        private final Range up;

        private Frame(XYChart chart, int gutter, Range across, Range up) {
            this.chart = chart;
            this.gutter = gutter;
            this.across = across;
            this.up = up;
        }

        int left() {
            return atPlace(across.low());
        }

        int right() {
            return atPlace(across.high());
        }

        int bottom() {
            return atHeight(up.low());
        }

        int top() {
            return atHeight(up.high());
        }

        int screenX(double value) {
            return atPlace(x.place(value, across.zero()));
        }

        int screenY(double value) {
            return atHeight(y.place(value, up.zero()));
        }

        private int atPlace(double place) {
            return gutter + (int) Math.round(chart.getScreenXFromChart(place));
        }

        private int atHeight(double place) {
            return (int) Math.round(chart.getScreenYFromChart(place));
        }
    }

    private void drawLowerTicks(Frame frame, Graphics2D graphics) {
        graphics.setColor(Color.GRAY);
        graphics.drawLine(frame.left(), frame.bottom(), frame.right(), frame.bottom());
        for (double place : x.minorTicks(frame.across)) {
            int at = frame.atPlace(place);
            graphics.drawLine(at, frame.bottom(), at, frame.bottom() + SHORT_TICK);
        }
        if (!Double.isNaN(frame.across.zero())) {
            int at = frame.atPlace(frame.across.zero() + 0.6);
            graphics.setStroke(stroke(Look.DASHES));
            graphics.drawLine(at, frame.top(), at, frame.bottom());
            graphics.setStroke(new BasicStroke(1));
        }
        FontMetrics metrics = graphics.getFontMetrics();
        int baseline = frame.bottom() + TICK + metrics.getAscent() + 2;
        List<int[]> taken = new ArrayList<>();
        int most = (frame.right() - frame.left()) / (4 * GAP);
        for (Tick tick : x.ticks(frame.across, most)) {
            int at = frame.atPlace(tick.place());
            int half = metrics.stringWidth(tick.label()) / 2;
            if (at + half <= width
                    && taken.stream()
                            .allMatch(
                                    other ->
                                            at - half > other[1] + GAP
                                                    || at + half < other[0] - GAP)) {
                taken.add(new int[] {at - half, at + half});
                graphics.setColor(FAINT);
                graphics.drawLine(at, frame.top(), at, frame.bottom());
                graphics.setColor(Color.GRAY);
                graphics.drawLine(at, frame.bottom(), at, frame.bottom() + TICK);
                graphics.setColor(Color.DARK_GRAY);
                graphics.drawString(tick.label(), at - half, baseline);
            }
        }
    }

    private void drawLeftTitle(Frame frame, Graphics2D graphics) {
        graphics.setFont(TITLE);
        graphics.setColor(Color.BLACK);
        FontMetrics metrics = graphics.getFontMetrics();
        int middle = (frame.top() + frame.bottom() + metrics.stringWidth(y.title())) / 2;
        int start = Math.min(middle, height - EDGE);
        AffineTransform upright = graphics.getTransform();
        graphics.rotate(-Math.PI / 2, EDGE / 2.0 + metrics.getAscent(), start);
        graphics.drawString(y.title(), EDGE / 2 + metrics.getAscent(), start);
        graphics.setTransform(upright);
    }

    private void drawLeftTicks(List<Tick> ticks, Frame frame, Graphics2D graphics) {
        graphics.setColor(Color.GRAY);
        graphics.drawLine(frame.left(), frame.top(), frame.left(), frame.bottom());
        FontMetrics metrics = graphics.getFontMetrics();
        int distance = y.names().isEmpty() ? 2 * metrics.getHeight() : 0;
        List<Integer> taken = new ArrayList<>();
        for (Tick tick : ticks) {
            int at = frame.atHeight(tick.place());
            if (taken.stream().allMatch(other -> Math.abs(other - at) >= distance)) {
                taken.add(at);
                graphics.setColor(FAINT);
                graphics.drawLine(frame.left(), at, frame.right(), at);
                graphics.setColor(Color.GRAY);
                graphics.drawLine(frame.left() - TICK, at, frame.left(), at);
                graphics.setColor(Color.DARK_GRAY);
                graphics.drawString(
                        tick.label(),
                        frame.left() - 2 * TICK - metrics.stringWidth(tick.label()),
                        at + metrics.getAscent() / 2 - 1);
            }
        }
    }

    /** Builds a chart. */
    public static final class Builder {

        private final List<Series> series = new ArrayList<>();
        private Axis x;
        private Axis y;
        private int width = 640;
        private int height = 480;

        private Builder() {}

        /** Sets the lower axis. */
        public Builder setX(Axis axis) {
            x = axis;
            return this;
        }

        /** Sets the left axis. */
        public Builder setY(Axis axis) {
            y = axis;
            return this;
        }

        /** Adds a series; later ones are drawn over earlier ones. */
        public Builder addSeries(Series added) {
            series.add(added);
            return this;
        }

        /** Sets the size in pixels (default 640 × 480). */
        public Builder optSize(int widthPixels, int heightPixels) {
            width = widthPixels;
            height = heightPixels;
            return this;
        }

        public Chart build() {
            return new Chart(this);
        }
    }
}
