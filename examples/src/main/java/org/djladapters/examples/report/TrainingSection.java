/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.djladapters.examples.plot.Axis;
import org.djladapters.examples.plot.Chart;
import org.djladapters.examples.plot.Figure;
import org.djladapters.examples.plot.Series;
import org.djladapters.examples.plot.Series.Look;
import org.djladapters.examples.plot.Series.Point;
import org.djladapters.examples.report.Block.Bullets;
import org.djladapters.examples.report.Block.Gallery;
import org.djladapters.examples.report.Block.Heading;
import org.djladapters.examples.report.Block.Paragraph;
import org.djladapters.examples.report.Block.Picture;
import org.djladapters.examples.report.Block.Rows;
import org.djladapters.examples.sweep.RunResult;
import org.djladapters.examples.sweep.RunResult.EpochPoint;
import org.djladapters.examples.sweep.RunResult.Trial;

/** How the runs of a suite went: learning rates that were tried, and epoch by epoch. */
final class TrainingSection {

    private static final String HELD_BACK = " on held-out data";
    private static final int WIDTH = 760;
    private static final int HEIGHT = 440;

    private final Suite suite;
    private final FamilyColors colors;
    private final List<Block> blocks = new ArrayList<>();

    TrainingSection(Suite suite, FamilyColors colors) {
        this.suite = suite;
        this.colors = colors;
    }

    List<Block> blocks() {
        blocks.add(new Heading(2, "Suite " + suite.name() + ": learning rates and curves"));
        addRates();
        addEdges();
        List<Picture> pictures = new ArrayList<>();
        for (String task : suite.tasks()) {
            trials(task).ifPresent(pictures::add);
            curves(task, "loss", "loss on the training data", EpochPoint::loss)
                    .ifPresent(pictures::add);
            String metric = suite.metric(task);
            curves(
                            task,
                            "held-out",
                            TaskScore.words(metric, HELD_BACK),
                            point -> TaskScore.scaled(metric, point.metrics().get(metric)))
                    .ifPresent(pictures::add);
        }
        if (!pictures.isEmpty()) {
            blocks.add(new Gallery(pictures));
        }
        return blocks;
    }

    private void addRates() {
        List<String> header = new ArrayList<>(List.of("method"));
        header.addAll(suite.tasks());
        Rows rows = new Rows();
        for (Contender method : suite.contenders()) {
            List<String> row = new ArrayList<>(List.of(method.label()));
            suite.tasks()
                    .forEach(task -> row.add(method.score(task).map(this::rate).orElse(Text.NONE)));
            rows.add(row);
        }
        blocks.add(rows.under(header));
        blocks.add(
                new Paragraph(
                        "The selected learning rate and, of the first seed, the selected epoch"
                                + " of all epochs. Both were selected on held-out training data."));
    }

    private String rate(TaskScore score) {
        RunResult run = score.good().get(0);
        return Text.rate(run.learningRate())
                + (run.curve().isEmpty()
                        ? ""
                        : "; %d of %d".formatted(run.bestEpoch(), run.curve().size()));
    }

    /** The trials of a method on a task that gave a value, by rate. */
    private static List<Trial> trials(Contender method, String task) {
        TaskScore score = method.scores().get(task);
        return score == null
                ? List.of()
                : score.runs().values().stream()
                        .map(RunResult::trials)
                        .filter(trials -> !trials.isEmpty())
                        .findFirst()
                        .orElse(List.of())
                        .stream()
                        .filter(trial -> trial.value() != null && trial.failure() == null)
                        .sorted(Comparator.comparingDouble(Trial::learningRate))
                        .toList();
    }

    private Trial best(List<Trial> trials, String task) {
        Comparator<Trial> byValue = Comparator.comparingDouble(Trial::value);
        boolean share = TaskScore.isShare(suite.metric(task));
        return Collections.max(trials, share ? byValue : byValue.reversed());
    }

    /** Says where a better rate may lie outside of those tried. */
    private void addEdges() {
        List<String> edges = new ArrayList<>();
        for (Contender method : suite.contenders()) {
            List<String> largest = new ArrayList<>();
            List<String> smallest = new ArrayList<>();
            for (String task : suite.tasks()) {
                List<Trial> trials = trials(method, task);
                if (trials.size() > 1) {
                    double best = best(trials, task).learningRate();
                    if (best == trials.get(trials.size() - 1).learningRate()) {
                        largest.add(task);
                    } else if (best == trials.get(0).learningRate()) {
                        smallest.add(task);
                    }
                }
            }
            edge(edges, method, "largest", largest);
            edge(edges, method, "smallest", smallest);
        }
        if (!edges.isEmpty()) {
            blocks.add(
                    new Paragraph(
                            "Where the best rate is the smallest or largest that was tried, a"
                                    + " better one may lie beyond it:"));
            blocks.add(new Bullets(edges));
        }
    }

    private static void edge(
            List<String> edges, Contender method, String which, List<String> tasks) {
        if (!tasks.isEmpty()) {
            edges.add(
                    "%s: best rate is the %s tried on %s"
                            .formatted(method.label(), which, Text.words(tasks)));
        }
    }

    private Optional<Picture> trials(String task) {
        Chart.Builder chart =
                Chart.builder()
                        .setX(Axis.logarithmic("learning rate"))
                        .setY(Axis.linear(TaskScore.words(suite.metric(task), HELD_BACK)))
                        .optSize(WIDTH, HEIGHT);
        String metric = suite.metric(task);
        List<Series> lines = new ArrayList<>();
        for (Contender method : suite.contenders()) {
            List<Point> points =
                    trials(method, task).stream()
                            .map(
                                    t ->
                                            new Point(
                                                    t.learningRate(),
                                                    TaskScore.scaled(metric, t.value())))
                            .toList();
            if (!points.isEmpty()) {
                lines.add(series(method, points));
            }
        }
        String caption = task + ": held-out " + suite.metric(task) + " by learning rate.";
        return picture(task, "rates", "learning rates tried", caption, lines, chart);
    }

    private Optional<Picture> curves(
            String task, String name, String title, ToDoubleFunction<EpochPoint> value) {
        Chart.Builder chart =
                Chart.builder()
                        .setX(Axis.linear("epoch").withLabelsAt(epochs(task)))
                        .setY(Axis.linear(title))
                        .optSize(WIDTH, HEIGHT);
        List<Series> lines = new ArrayList<>();
        for (Contender method : suite.contenders()) {
            Optional<RunResult> run =
                    method.score(task).stream()
                            .flatMap(score -> score.good().stream())
                            .filter(result -> !result.curve().isEmpty())
                            .findFirst();
            run.ifPresent(
                    result ->
                            lines.add(
                                    series(
                                            method,
                                            result.curve().stream()
                                                    .map(
                                                            p ->
                                                                    new Point(
                                                                            p.epoch(),
                                                                            value.applyAsDouble(p)))
                                                    .filter(p -> Double.isFinite(p.y()))
                                                    .toList())));
        }
        String caption = "%s: %s by epoch, first seed.".formatted(task, title);
        return picture(task, name, title + " by epoch", caption, lines, chart);
    }

    private double[] epochs(String task) {
        return suite.runs().stream()
                .filter(run -> run.key().task().equals(task))
                .flatMap(run -> run.curve().stream())
                .mapToDouble(EpochPoint::epoch)
                .distinct()
                .sorted()
                .toArray();
    }

    private Series series(Contender method, List<Point> points) {
        return new Series(method.label(), colors.of(method, suite), Look.DOTTED_LINE, points);
    }

    private Optional<Picture> picture(
            String task,
            String name,
            String title,
            String caption,
            List<Series> lines,
            Chart.Builder chart) {
        lines.forEach(chart::addSeries);
        if (lines.stream().allMatch(line -> line.points().isEmpty())) {
            return Optional.empty();
        }
        ByteBuffer png = new Figure(task + ": " + title, List.of(chart.build())).png();
        String file = ReportOptions.fileName(suite.name() + "-" + task + "-" + name) + ".png";
        return Optional.of(new Picture(file, caption, png));
    }
}
