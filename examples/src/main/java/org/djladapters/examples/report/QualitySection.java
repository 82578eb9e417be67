/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import org.djladapters.examples.report.Block.Bullets;
import org.djladapters.examples.report.Block.Gallery;
import org.djladapters.examples.report.Block.Heading;
import org.djladapters.examples.report.Block.Paragraph;
import org.djladapters.examples.report.Block.Picture;
import org.djladapters.examples.report.Block.Rows;

/** What the methods of a suite reach, with how many parameters. */
final class QualitySection {

    private final Suite suite;
    private final ReportOptions options;
    private final QualityPlot plot;
    private final List<Block> blocks = new ArrayList<>();

    QualitySection(Suite suite, ReportOptions options, FamilyColors colors) {
        this.suite = suite;
        this.options = options;
        plot = new QualityPlot(colors);
    }

    List<Block> blocks() {
        blocks.add(new Heading(2, "Suite " + suite.name() + ": quality and parameters"));
        addPicture();
        addIncomplete();
        addScores();
        addSecondaryMetrics();
        addTaskPictures();
        return blocks;
    }

    private void addPicture() {
        List<Standing> standings = suite.standings();
        if (!QualityPlot.isDrawable(standings)) {
            return;
        }
        List<Standing> front = Standing.front(standings);
        int tasks = suite.tasks().size();
        String first = suite.tasks().get(0);
        String what = tasks == 1 ? first : "mean over " + tasks + " tasks";
        ByteBuffer png =
                plot.draw(
                                suite.name() + ": " + what,
                                tasks == 1
                                        ? TaskScore.words(suite.metric(first))
                                        : "mean over tasks, × 100",
                                standings,
                                front,
                                960,
                                600)
                        .png();
        String caption =
                "Suite %s: mean over %s of the main metric, × 100, against adapter"
                                .formatted(suite.name(), Text.words(suite.tasks()))
                        + " parameters. Bars: standard deviation of that mean over seeds."
                        + " Dashed line (or a name beside the axis, if it lies far below):"
                        + " methods without adapter parameters.";
        blocks.add(new Gallery(List.of(new Picture(file("quality"), caption, png))));
        blocks.add(
                new Paragraph(
                        "On the Pareto front (no method with as few parameters is better): "
                                + Text.words(front.stream().map(Standing::label).toList())
                                + "."));
    }

    private String file(String name) {
        return ReportOptions.fileName(suite.name() + "-" + name) + ".png";
    }

    private void addIncomplete() {
        List<String> incomplete =
                suite.contenders().stream()
                        .filter(contender -> !contender.isComplete())
                        .map(Contender::extent)
                        .toList();
        if (!incomplete.isEmpty()) {
            blocks.add(
                    new Paragraph(
                            "Incomplete methods, without an average and not in the picture:"));
            blocks.add(new Bullets(incomplete));
        }
    }

    private void addScores() {
        Optional<Standing> reference = standing(options.reference());
        Optional<Standing> full = standing(options.full());
        List<String> header = new ArrayList<>(List.of("method"));
        suite.tasks().forEach(task -> header.add(task + " (" + suite.metric(task) + ")"));
        header.addAll(
                List.of(
                        "average",
                        "% of " + options.reference(),
                        "% of " + options.full(),
                        "adapter parameters",
                        "than " + options.reference()));
        Rows rows = new Rows();
        for (Contender contender : byParameters()) {
            List<String> row = new ArrayList<>(List.of(contender.label()));
            for (String task : suite.tasks()) {
                row.add(contender.score(task).map(s -> Text.score(s.sample())).orElse(Text.NONE));
            }
            Optional<Standing> own = contender.standing();
            row.add(own.map(Text::average).orElse(Text.NONE));
            row.add(percent(own, reference));
            row.add(percent(own, full));
            row.add(contender.size());
            row.add(ratio(contender));
            rows.add(row);
        }
        blocks.add(rows.under(header));
        blocks.add(new Paragraph(explanation(reference, full)));
        addSamplingErrors();
    }

    private Optional<Standing> standing(String label) {
        return suite.find(label).flatMap(Contender::standing);
    }

    private static String percent(Optional<Standing> own, Optional<Standing> other) {
        return own.isPresent() && other.isPresent()
                ? Text.percent(own.get().value(), other.get().value())
                : Text.NONE;
    }

    private String ratio(Contender contender) {
        Optional<Contender> reference = suite.find(options.reference());
        if (reference.isEmpty() || contender.parameters() == 0) {
            return Text.NONE;
        }
        double ratio = (double) reference.get().parameters() / contender.parameters();
        return ratio == 1 ? "as many" : Text.fewer(ratio).replace(" times", " ×");
    }

    private String explanation(Optional<Standing> reference, Optional<Standing> full) {
        StringBuilder text =
                new StringBuilder(
                        "Metrics of the development data, shares × 100: mean ± sample standard"
                            + " deviation over seeds (number of seeds). Average: the mean of the"
                            + " tasks' means, ± the deviation over seeds of a seed's average.");
        if (suite.tasks().stream().anyMatch(task -> suite.metric(task).equals("matthews"))) {
            text.append(
                    " Percentages are given for averages only: a Matthews correlation near 0"
                            + " would make the percentage of a single task meaningless, and it"
                            + " affects averages too.");
        }
        List<String> others =
                suite.tasks().stream()
                        .filter(task -> !TaskScore.isShare(suite.metric(task)))
                        .toList();
        if (!others.isEmpty()) {
            return text.append(" No averages: less is better for ")
                    .append(Text.words(others))
                    .append('.')
                    .toString();
        }
        absent(text, options.reference(), reference);
        absent(text, options.full(), full);
        return text.toString();
    }

    private void absent(StringBuilder text, String label, Optional<Standing> standing) {
        if (standing.isEmpty()) {
            text.append(" No percentage of ")
                    .append(label)
                    .append(": ")
                    .append(suite.find(label).map(Contender::extent).orElse("it was not run"))
                    .append('.');
        }
    }

    /** Says how much the choice of the development data moves values. */
    private void addSamplingErrors() {
        List<String> errors = new ArrayList<>();
        for (String task : suite.tasks()) {
            suite.contenders().stream()
                    .flatMap(contender -> contender.score(task).stream())
                    .max(Comparator.comparingDouble(score -> score.sample().mean()))
                    .map(TaskScore::samplingError)
                    .filter(OptionalDouble::isPresent)
                    .map(error -> Text.format("%s %.1f", task, error.getAsDouble()))
                    .ifPresent(errors::add);
        }
        if (!errors.isEmpty()) {
            blocks.add(
                    new Paragraph(
                            "With another sample of development examples of the same size, the"
                                    + " best value of a task would change by about (one"
                                    + " standard error, in points): "
                                    + Text.words(errors)
                                    + ". Differences between methods, which see the same"
                                    + " examples, change less if the methods make the same"
                                    + " errors."));
        }
    }

    private List<Contender> byParameters() {
        return suite.contenders().stream()
                .sorted(Comparator.comparingLong(Contender::parameters))
                .toList();
    }

    private void addSecondaryMetrics() {
        List<String> header = new ArrayList<>(List.of("method"));
        List<String[]> columns = new ArrayList<>();
        for (String task : suite.tasks()) {
            Set<String> metrics = new TreeSet<>();
            suite.contenders()
                    .forEach(c -> c.score(task).ifPresent(s -> metrics.addAll(s.metrics())));
            metrics.remove(suite.metric(task));
            metrics.forEach(
                    metric -> {
                        header.add(task + " " + metric.replace('_', ' '));
                        columns.add(new String[] {task, metric});
                    });
        }
        if (columns.isEmpty()) {
            return;
        }
        Rows rows = new Rows();
        for (Contender contender : byParameters()) {
            List<String> row = new ArrayList<>(List.of(contender.label()));
            for (String[] column : columns) {
                row.add(
                        contender
                                .score(column[0])
                                .map(score -> Text.score(score.sample(column[1])))
                                .orElse(Text.NONE));
            }
            rows.add(row);
        }
        blocks.add(new Heading(3, "Other metrics"));
        blocks.add(rows.under(header));
    }

    private void addTaskPictures() {
        if (suite.tasks().size() == 1 && QualityPlot.isDrawable(suite.standings())) {
            return; // the picture of the suite is that of its task
        }
        List<Picture> pictures = new ArrayList<>();
        for (String task : suite.tasks()) {
            List<Standing> standings = suite.standings(task);
            if (QualityPlot.isDrawable(standings)) {
                String metric = TaskScore.words(suite.metric(task));
                List<Standing> front =
                        TaskScore.isShare(suite.metric(task))
                                ? Standing.front(standings)
                                : List.of();
                ByteBuffer png = plot.draw(task, metric, standings, front, 760, 500).png();
                String caption = "%s: %s, against adapter parameters.".formatted(task, metric);
                pictures.add(new Picture(file(task + "-parameters"), caption, png));
            }
        }
        if (!pictures.isEmpty()) {
            blocks.add(new Heading(3, "Task by task"));
            blocks.add(new Gallery(pictures));
        }
    }
}
