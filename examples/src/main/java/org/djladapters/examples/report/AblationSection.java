/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.awt.Color;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import org.djladapters.examples.plot.Axis;
import org.djladapters.examples.plot.Chart;
import org.djladapters.examples.plot.Figure;
import org.djladapters.examples.plot.Palette;
import org.djladapters.examples.plot.Series;
import org.djladapters.examples.plot.Series.Look;
import org.djladapters.examples.plot.Series.Point;
import org.djladapters.examples.report.Block.Gallery;
import org.djladapters.examples.report.Block.Heading;
import org.djladapters.examples.report.Block.Paragraph;
import org.djladapters.examples.report.Block.Picture;
import org.djladapters.examples.report.Block.Rows;

/** How the methods of a suite differ from one of them. */
final class AblationSection {

    private static final int ROW = 26;
    private static final int FRAME = 110;

    private final Suite suite;
    private final Contender base;
    private final FamilyColors colors;

    AblationSection(Suite suite, Contender base, FamilyColors colors) {
        this.suite = suite;
        this.base = base;
        this.colors = colors;
    }

    /** The difference of a method from the baseline, over the seeds that both have. */
    static Sample difference(
            Contender method,
            Contender base,
            BiFunction<Contender, Long, OptionalDouble> valueOfSeed) {
        List<Double> differences = new ArrayList<>();
        for (long seed : method.seeds()) {
            OptionalDouble own = valueOfSeed.apply(method, seed);
            OptionalDouble other = valueOfSeed.apply(base, seed);
            if (own.isPresent() && other.isPresent()) {
                differences.add(own.getAsDouble() - other.getAsDouble());
            }
        }
        return new Sample(differences);
    }

    /** What a method reached on a task with a seed. */
    static BiFunction<Contender, Long, OptionalDouble> onTask(String task) {
        return (contender, seed) ->
                Optional.ofNullable(contender.scores().get(task))
                        .map(score -> score.value(seed))
                        .orElse(OptionalDouble.empty());
    }

    List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Heading(2, "Suite " + suite.name() + ": differences from " + base.label()));
        blocks.add(table());
        blocks.add(
                new Paragraph(
                        ("Differences from %s in points (metric × 100), over the seeds that both"
                                                + " have:")
                                        .formatted(base.label())
                                + " mean ± sample standard deviation (number of seeds)."));
        List<Picture> pictures = new ArrayList<>();
        for (String task : suite.tasks()) {
            picture(task).ifPresent(pictures::add);
        }
        if (!pictures.isEmpty()) {
            blocks.add(new Gallery(pictures));
        }
        return blocks;
    }

    private Block table() {
        List<String> header = new ArrayList<>(List.of("method", "adapter parameters"));
        header.addAll(suite.tasks());
        header.add("average");
        Rows rows = new Rows();
        for (Contender method : suite.contenders()) {
            List<String> row = new ArrayList<>(List.of(method.label()));
            row.add(method.size());
            for (String task : suite.tasks()) {
                row.add(text(method, difference(method, base, onTask(task))));
            }
            row.add(text(method, difference(method, base, Contender::average)));
            rows.add(row);
        }
        return rows.under(header);
    }

    private String text(Contender method, Sample difference) {
        if (method.label().equals(base.label())) {
            return "base";
        }
        if (difference.size() == 0) {
            return Text.NONE;
        }
        return Text.difference(1, difference.mean(), difference.deviation())
                + " (%d)".formatted(difference.size());
    }

    private Optional<Picture> picture(String task) {
        List<Contender> shown =
                suite.contenders().stream()
                        .filter(method -> difference(method, base, onTask(task)).size() > 0)
                        .toList();
        if (shown.size() < 2) {
            return Optional.empty();
        }
        Chart.Builder chart =
                Chart.builder()
                        .setX(Axis.linear("difference from " + base.label() + ", points"))
                        .setY(Axis.names(shown.stream().map(Contender::label).toList()))
                        .optSize(760, FRAME + ROW * shown.size());
        chart.addSeries(line(Palette.NEUTRAL, Look.DASHES, 0, -0.5, 0, shown.size() - 0.5));
        for (int i = 0; i < shown.size(); i++) {
            Sample difference = difference(shown.get(i), base, onTask(task));
            Color color = colors.of(shown.get(i).family());
            double mean = difference.mean();
            double deviation = difference.deviation();
            if (!Double.isNaN(deviation)) {
                chart.addSeries(line(color, Look.LINE, mean - deviation, i, mean + deviation, i));
            }
            chart.addSeries(new Series("", color, Look.DOTS, List.of(new Point(mean, i))));
        }
        ByteBuffer png = new Figure(task, List.of(chart.build())).png();
        String caption =
                "%s: difference from %s in points of the %s; bars: standard deviation over seeds."
                        .formatted(task, base.label(), suite.metric(task).replace('_', ' '));
        String file = ReportOptions.fileName(suite.name() + "-" + task + "-difference") + ".png";
        return Optional.of(new Picture(file, caption, png));
    }

    private static Series line(
            Color color, Look look, double fromX, double fromY, double toX, double toY) {
        return new Series("", color, look, List.of(new Point(fromX, fromY), new Point(toX, toY)));
    }
}
