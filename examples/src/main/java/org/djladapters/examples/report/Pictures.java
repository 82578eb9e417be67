/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.awt.Color;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import org.djladapters.examples.plot.Axis;
import org.djladapters.examples.plot.Chart;
import org.djladapters.examples.plot.Figure;
import org.djladapters.examples.plot.Palette;
import org.djladapters.examples.plot.Panel;
import org.djladapters.examples.plot.Series;
import org.djladapters.examples.plot.Series.Look;
import org.djladapters.examples.plot.Series.Point;
import org.djladapters.examples.report.Block.Picture;
import org.djladapters.examples.statistics.Estimate;

/**
 * The pictures of a suite; each answers the question in its title. Lines are 95 % intervals; a ring
 * is a method with one seed, whose interval covers the choice of examples only.
 */
final class Pictures {

    private static final String INTERVALS =
            " Lines are 95 % intervals; a ring has one seed, and its line does not cover what"
                    + " another one would give.";
    private static final String FULL = "full";
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 600;
    private static final int ROW = 24;
    private static final int FEWEST_ROWS = 4;
    private static final int FRAME = 110;
    private static final int COLUMN = 180;

    /** The width of a character of a name, at most. */
    private static final int CHARACTER = 8;

    /** The head is drawn if it is at most this far below the others, relative to their range. */
    private static final double DEPTH = 0.5;

    /** Points with a smaller ratio would cover each other and are moved apart. */
    private static final double NEAR = 1.04;

    private final Analysis analysis;
    private final FamilyColors colors;
    private final String start;

    /** Prepares pictures, whose titles begin with a text, such as the name of the suite. */
    Pictures(Analysis analysis, FamilyColors colors, String start) {
        this.analysis = analysis;
        this.colors = colors;
        this.start = start;
    }

    /** An estimate of a method that is drawn. */
    private record Drawn(Method method, Estimate estimate) {

        double value() {
            return estimate.value();
        }
    }

    private List<Drawn> drawn(Function<Method, Optional<Estimate>> estimate) {
        List<Drawn> drawn = new ArrayList<>();
        for (Method method : analysis.methods()) {
            estimate.apply(method).ifPresent(value -> drawn.add(new Drawn(method, value)));
        }
        return drawn;
    }

    /** Draws the mean score by the number of parameters; all weights and the head are levels. */
    Optional<Picture> quality() {
        List<Drawn> all = drawn(analysis::mean);
        List<Drawn> shown = all.stream().filter(d -> !isLevel(d.method())).toList();
        if (shown.isEmpty()) {
            return Optional.empty();
        }
        List<Drawn> levels = all.stream().filter(d -> isLevel(d.method())).toList();
        String what = "mean over %s".formatted(Text.counted(analysis.averaged().size(), "task"));
        Chart.Builder chart =
                Chart.builder()
                        .setX(Axis.logarithmic("adapter parameters, without the head"))
                        .setY(Axis.linear(what + ", points"))
                        .optSize(WIDTH, HEIGHT);
        StringBuilder below = new StringBuilder();
        for (Drawn level : levels) {
            if (isNear(level, shown)) {
                addLevel(chart, shown, level);
            } else {
                below.append(
                        Text.format(
                                " Below the picture: %s with %.1f.",
                                level.method().name(), level.value()));
            }
        }
        addUpright(chart, shown);
        return picture(
                "quality",
                "How much quality for how many parameters?",
                "Score (%s). Points that would cover each other are moved a little sideways.%s"
                        .formatted(what, below),
                chart);
    }

    private static boolean isLevel(Method method) {
        return method.parameters() == 0 || method.family().equals(FULL);
    }

    private static boolean isNear(Drawn level, List<Drawn> shown) {
        double least = shown.stream().mapToDouble(d -> d.estimate().low()).min().orElseThrow();
        double most = shown.stream().mapToDouble(d -> d.estimate().high()).max().orElseThrow();
        return level.value() > least - DEPTH * (most - least);
    }

    private void addLevel(Chart.Builder chart, List<Drawn> shown, Drawn level) {
        double least = shown.stream().mapToLong(d -> d.method().parameters()).min().orElseThrow();
        double most = shown.stream().mapToLong(d -> d.method().parameters()).max().orElseThrow();
        Point left = new Point(least / 1.6, level.value(), 0, level.method().name());
        Point right = new Point(most * 1.6, level.value());
        chart.addSeries(new Series("", Palette.NEUTRAL, Look.DASHES, List.of(left, right)));
    }

    private void addUpright(Chart.Builder chart, List<Drawn> shown) {
        double[] places = places(shown);
        for (int i = 0; i < places.length; i++) {
            Estimate e = shown.get(i).estimate();
            Color pale = Palette.lighter(color(shown.get(i)), 0.5);
            chart.addSeries(line(pale, places[i], e.low(), places[i], e.high()));
        }
        for (int i = 0; i < places.length; i++) {
            Drawn each = shown.get(i);
            Point point = new Point(places[i], each.value(), 0, each.method().name());
            chart.addSeries(new Series("", color(each), look(each.estimate()), List.of(point)));
        }
        addLegend(chart);
    }

    /** Returns the numbers of parameters, moved apart if they are nearly the same. */
    private static double[] places(List<Drawn> byParameters) {
        double[] places = new double[byParameters.size()];
        int start = 0;
        while (start < places.length) {
            int end = start + 1;
            while (end < places.length && isNear(byParameters, end)) {
                end++;
            }
            for (int i = start; i < end; i++) {
                double middle = i - (start + end - 1) / 2.0;
                long own = byParameters.get((start + end - 1) / 2).method().parameters();
                places[i] =
                        end - start == 1
                                ? byParameters.get(i).method().parameters()
                                : own * Math.pow(NEAR, middle);
            }
            start = end;
        }
        return places;
    }

    private static boolean isNear(List<Drawn> byParameters, int index) {
        double before = byParameters.get(index - 1).method().parameters();
        return byParameters.get(index).method().parameters() / before < NEAR;
    }

    /** Draws the share of the reference's gain, by the number of parameters. */
    Optional<Picture> share() {
        List<Drawn> shown =
                drawn(analysis::gainShare).stream()
                        .filter(d -> !analysis.isHead(d.method()))
                        .filter(d -> !analysis.isReference(d.method()))
                        .toList();
        if (shown.isEmpty()) {
            return Optional.empty();
        }
        Method reference = analysis.reference().orElseThrow();
        Chart.Builder chart =
                across(
                        "percent of the gain of %s".formatted(reference.title()),
                        shown.stream().map(d -> d.method().title()).toList());
        addUpright(chart, 100, shown.size());
        for (int i = 0; i < shown.size(); i++) {
            addAcross(chart, shown.get(i), i, 100);
        }
        return picture(
                "share",
                "How much of what %s gains does a method gain?".formatted(reference.name()),
                "Share of the gain over the head alone, on the mean; with numbers of parameters."
                        + " Pale: not decided whether as much is gained.",
                chart);
    }

    /** Draws the differences from compound adapters of about as many parameters. */
    Optional<Picture> differences() {
        List<String> names = new ArrayList<>();
        List<Optional<Drawn>> rows = new ArrayList<>();
        for (Method anchor : analysis.anchors()) {
            List<Drawn> rivals = rivals(anchor);
            if (!rivals.isEmpty()) {
                names.add(anchor.title());
                rows.add(Optional.empty());
                rivals.forEach(rival -> names.add(rival.method().title()));
                rivals.forEach(rival -> rows.add(Optional.of(rival)));
            }
        }
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        Chart.Builder chart = across("points below (-) or above compound, on the mean", names);
        addUpright(chart, 0, names.size());
        for (int i = 0; i < rows.size(); i++) {
            Color own = colors.of(Analysis.COMPOUND);
            if (rows.get(i).isEmpty()) {
                chart.addSeries(new Series("", own, Look.DIAMONDS, List.of(new Point(0, i))));
            } else {
                addAcross(chart, rows.get(i).get(), i, 0);
            }
        }
        return picture(
                "equal-budget",
                "How far are other methods from compound with as many parameters?",
                "Difference of the means. Diamonds: the compound layout that those below it are"
                        + " compared with. Pale: undecided.",
                chart);
    }

    private List<Drawn> rivals(Method anchor) {
        return drawn(
                        method ->
                                analysis.counterpart(method)
                                        .filter(anchor::equals)
                                        .flatMap(
                                                other ->
                                                        analysis.difference(
                                                                method,
                                                                other,
                                                                analysis.averaged())))
                .stream()
                .sorted(Comparator.comparingDouble(Drawn::value).reversed())
                .toList();
    }

    /** Draws the differences from the reference, task by task. */
    Optional<Picture> tasks() {
        List<Method> methods =
                analysis.methods().stream()
                        .filter(m -> !analysis.isReference(m) && !analysis.isHead(m))
                        .toList();
        if (analysis.reference().isEmpty() || analysis.tasks().size() < 2 || methods.isEmpty()) {
            return Optional.empty();
        }
        String reference = analysis.reference().get().name();
        double[] ends = ends(methods);
        List<Panel> panels = new ArrayList<>();
        for (TaskScores task : analysis.tasks()) {
            panels.add(panel(task, methods, panels.isEmpty(), ends));
        }
        return picture(
                "tasks",
                "On which tasks is which method as good as %s?".formatted(reference),
                "Points below (-) or above %s, by task. Pale: undecided.".formatted(reference),
                panels);
    }

    /** Returns the ends of all intervals, so that all tasks of shares have one scale. */
    private double[] ends(List<Method> methods) {
        return analysis.tasks().stream()
                .filter(TaskScores::isOfShares)
                .flatMap(task -> methods.stream().flatMap(m -> difference(m, task).stream()))
                .flatMapToDouble(e -> DoubleStream.of(e.low(), e.high()))
                .toArray();
    }

    private Optional<Estimate> difference(Method method, TaskScores task) {
        return analysis.difference(method, analysis.reference().orElseThrow(), List.of(task));
    }

    private Chart panel(TaskScores task, List<Method> methods, boolean first, double[] ends) {
        List<String> names = methods.stream().map(Method::title).toList();
        Axis axis = Axis.linear(task.task());
        Chart.Builder chart =
                Chart.builder()
                        .setX(task.isOfShares() ? sharedScale(axis, ends) : axis)
                        .setY(Axis.names(first ? names : Collections.nCopies(names.size(), "")))
                        .optSize(COLUMN + (first ? room(names) : 0), height(methods.size()));
        addUpright(chart, 0, methods.size());
        for (int i = 0; i < methods.size(); i++) {
            int row = i;
            Method method = methods.get(i);
            difference(method, task).ifPresent(e -> addAcross(chart, new Drawn(method, e), row, 0));
        }
        return chart.build();
    }

    /** Gives an axis the ends of all tasks, with labels at 0 and at round numbers. */
    private static Axis sharedScale(Axis axis, double[] ends) {
        double most = DoubleStream.of(ends).map(Math::abs).max().orElse(1);
        double digit = Math.pow(10, Math.floor(Math.log10(most)));
        double round = most >= 5 * digit ? 5 * digit : most >= 2 * digit ? 2 * digit : digit;
        return axis.withRoomFor(ends).withLabelsAt(0, -round, round, -round / 2, round / 2);
    }

    /** Returns the height of a chart with so many rows; labels of the axis need that of a few. */
    private static int height(int rows) {
        return FRAME + ROW * Math.max(FEWEST_ROWS, rows);
    }

    private static int room(List<String> names) {
        return CHARACTER * names.stream().mapToInt(String::length).max().orElse(0);
    }

    /** Creates a chart with a row for every name. */
    private static Chart.Builder across(String title, List<String> names) {
        return Chart.builder()
                .setX(Axis.linear(title))
                .setY(Axis.names(names))
                .optSize(WIDTH, height(names.size()));
    }

    private static void addUpright(Chart.Builder chart, double at, int rows) {
        List<Point> ends = List.of(new Point(at, -0.5), new Point(at, rows - 0.5));
        chart.addSeries(new Series("", Palette.NEUTRAL, Look.DASHES, ends));
        addLegend(chart);
    }

    /** Draws a method in its row, pale if its interval contains the level. */
    private void addAcross(Chart.Builder chart, Drawn drawn, int row, double level) {
        Estimate e = drawn.estimate();
        boolean decided = e.coversSeeds() && (e.low() > level || e.high() < level);
        Color color = decided ? color(drawn) : Palette.lighter(color(drawn), 0.5);
        chart.addSeries(line(color, e.low(), row, e.high(), row));
        chart.addSeries(new Series("", color, look(e), List.of(new Point(e.value(), row))));
    }

    private Color color(Drawn drawn) {
        return colors.of(drawn.method().family());
    }

    private static Look look(Estimate estimate) {
        return estimate.coversSeeds() ? Look.DOTS : Look.RINGS;
    }

    private static Series line(Color color, double x1, double y1, double x2, double y2) {
        return new Series("", color, Look.LINE, List.of(new Point(x1, y1), new Point(x2, y2)));
    }

    private static void addLegend(Chart.Builder chart) {
        chart.addSeries(new Series("several seeds", Palette.NEUTRAL, Look.DOTS, List.of()));
        chart.addSeries(new Series("one seed", Palette.NEUTRAL, Look.RINGS, List.of()));
    }

    private Optional<Picture> picture(
            String name, String title, String caption, Chart.Builder chart) {
        return picture(name, title, caption, List.of(chart.build()));
    }

    private Optional<Picture> picture(
            String name, String title, String caption, List<Panel> panels) {
        String file = (analysis.suite().name() + "-" + name).replaceAll("[^A-Za-z0-9.]+", "-");
        Figure figure = new Figure(start + title, panels);
        return Optional.of(new Picture(file + ".png", start + caption + INTERVALS, figure.png()));
    }
}
