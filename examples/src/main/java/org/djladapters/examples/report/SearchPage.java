/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.djladapters.data.RetrievalData;
import org.djladapters.examples.plot.Axis;
import org.djladapters.examples.plot.Chart;
import org.djladapters.examples.plot.Figure;
import org.djladapters.examples.plot.Palette;
import org.djladapters.examples.plot.Series;
import org.djladapters.examples.plot.Series.Look;
import org.djladapters.examples.plot.Series.Point;
import org.djladapters.examples.report.Block.Bullets;
import org.djladapters.examples.report.Block.Details;
import org.djladapters.examples.report.Block.Gallery;
import org.djladapters.examples.report.Block.Heading;
import org.djladapters.examples.report.Block.Paragraph;
import org.djladapters.examples.report.Block.Picture;
import org.djladapters.examples.report.Block.Rows;
import org.djladapters.examples.statistics.Estimate;
import org.djladapters.io.AtomicFiles;
import org.djladapters.task.embedding.RetrievalMetrics;
import org.djladapters.tuning.FineTuningResult;

/**
 * Writes one page of HTML about a search before and after training: its metrics with intervals, the
 * recall over k, and what each question that was lost or won found before and after. The section of
 * a question is linked to by the line on which it stands in its file.
 */
public final class SearchPage {

    private static final int MOST_LOST = 100;
    private static final int MOST_WON = 50;
    private static final int MOST_RIGHT = 3;
    private static final int HEADING = 100;
    private static final int LONGEST = 400;
    private static final int FOUND = 200;
    private static final int WIDTH = 800;
    private static final int HEIGHT = 420;
    private static final int PERCENT = 100;

    private static final String INTERVALS =
            "The interval is a paired bootstrap: 2,000 times, as many questions are drawn with"
                    + " repetition, the same before and after. It does not cover other seeds";
    private static final String CHOSEN =
            ", and the best epoch was chosen on these questions, so a gain is a little too large;"
                    + " evaluate the adapter on others.";

    private final SearchGain gain;
    private final RetrievalData search;
    private final String metric;

    private SearchPage(SearchGain gain, String metric) {
        this.gain = gain;
        this.search = gain.change().search();
        this.metric = metric;
    }

    /**
     * Tells whether a run kept what the page shows: one of embeddings did, unless an earlier
     * version began it.
     */
    public static boolean canShow(FineTuningResult result) {
        return result.search()
                .filter(change -> change.names().containsAll(RetrievalMetrics.PLACES))
                .isPresent();
    }

    /**
     * Writes the page of a run that {@linkplain #canShow can be shown}.
     *
     * @param file the page, which appears whole or not at all
     */
    public static void write(FineTuningResult result, Path file) throws IOException {
        Map<String, String> options = result.provenance().options();
        String models =
                "%s as it is, and with an adapter for %s texts (%s) of %s"
                        .formatted(
                                result.provenance().base().name(),
                                options.getOrDefault("adapt", "both"),
                                options.get("adapter"),
                                result.isImproved()
                                        ? "epoch " + result.bestEpoch()
                                        : "no epoch, as none was better");
        SearchGain gain = new SearchGain(result.search().orElseThrow());
        write(new SearchPage(gain, options.get("metric")).blocks(models, CHOSEN), file);
    }

    /**
     * Writes the page of an evaluation.
     *
     * @param adapter where it lies
     */
    public static void write(SearchGain gain, String metric, String adapter, Path file)
            throws IOException {
        String models = "the model as it is, and with the adapter '%s'".formatted(adapter);
        write(new SearchPage(gain, metric).blocks(models, "."), file);
    }

    private static void write(List<Block> blocks, Path file) throws IOException {
        AtomicFiles.writeString(file, Html.of(blocks));
    }

    private List<Block> blocks(String models, String chosen) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Heading(1, "A search before and after training"));
        blocks.add(
                new Paragraph(
                        "%s of '%s' search %s: with %s."
                                .formatted(
                                        Text.counted(gain.questions(), "question"),
                                        search.source(),
                                        Text.counted(search.passages().size(), "passage"),
                                        models)));
        blocks.add(new Heading(2, "Before and after"));
        blocks.add(metrics());
        blocks.add(new Paragraph("Questions: " + gain.counts() + "."));
        blocks.add(new Paragraph(INTERVALS + chosen));
        blocks.add(new Heading(2, "Recall over k"));
        addCurve(blocks);
        addLost(blocks);
        addWon(blocks);
        return blocks;
    }

    private Block metrics() {
        Rows rows = new Rows();
        Stream.of(metric, "mrr@10", "recall@1", "recall@10", "ndcg@10", "map")
                .distinct()
                .forEach(
                        name -> {
                            Estimate difference = gain.difference(name);
                            rows.add(
                                    name,
                                    Text.format("%.4f", gain.before(name)),
                                    Text.format("%.4f", gain.after(name)),
                                    Text.format("%+.4f", difference.value()),
                                    Text.format(
                                            "%+.4f to %+.4f", difference.low(), difference.high()),
                                    difference.isDecided() ? "" : "undecided");
                        });
        return rows.under("metric", "before", "after", "difference", "95 % interval", "");
    }

    private void addCurve(List<Block> blocks) {
        List<Integer> depths =
                RetrievalMetrics.CURVE.stream().filter(k -> k <= search.passages().size()).toList();
        try {
            blocks.add(new Gallery(List.of(picture(depths))));
        } catch (RuntimeException | LinkageError e) {
            // where there are no fonts, the numbers still stand below
            blocks.add(new Paragraph("The chart could not be drawn: " + e));
        }
        Rows rows = new Rows();
        for (int k : depths) {
            rows.add(
                    String.valueOf(k),
                    Text.format("%.1f", PERCENT * gain.before(recall(k))),
                    Text.format("%.1f", PERCENT * gain.after(recall(k))));
        }
        blocks.add(new Details("The numbers, in %", List.of(rows.under("k", "before", "after"))));
    }

    private static String recall(int depth) {
        return "recall@" + depth;
    }

    private Picture picture(List<Integer> depths) {
        double[] labels = depths.stream().mapToDouble(k -> k).toArray();
        Chart chart =
                Chart.builder()
                        .setX(
                                Axis.logarithmic("k, the number of passages looked at")
                                        .withLabelsAt(labels))
                        .setY(Axis.linear("recall, %"))
                        .optSize(WIDTH, HEIGHT)
                        .addSeries(series("before", Palette.NEUTRAL, depths, gain::before))
                        .addSeries(series("after", Palette.color(0), depths, gain::after))
                        .build();
        return new Picture(
                "recall.png",
                "The share of the right passages that are among the first k.",
                new Figure("", List.of(chart)).png());
    }

    private static Series series(
            String name, Color color, List<Integer> depths, ToDoubleFunction<String> recall) {
        List<Point> points =
                depths.stream()
                        .map(k -> new Point(k, PERCENT * recall.applyAsDouble(recall(k))))
                        .toList();
        return new Series(name, color, Look.DOTTED_LINE, points);
    }

    private void addLost(List<Block> blocks) {
        List<Integer> lost = gain.lost();
        blocks.add(new Heading(2, "Lost questions (%d)".formatted(lost.size())));
        blocks.add(
                new Paragraph(
                        shown(lost.size(), MOST_LOST, "lost")
                                + (lost.isEmpty() ? "" : " Right passages have a ✓.")));
        for (int question : lost.subList(0, Math.min(MOST_LOST, lost.size()))) {
            addQuestion(blocks, question);
            blocks.add(new Bullets(right(question)));
            Rows rows = new Rows();
            for (int rank = 0; rank < RetrievalMetrics.PLACES.size(); rank++) {
                rows.add(
                        String.valueOf(rank + 1),
                        found(gain.change().before(place(rank)), question),
                        found(gain.change().after(place(rank)), question));
            }
            blocks.add(rows.under("rank", "found before", "found after"));
        }
    }

    private void addWon(List<Block> blocks) {
        List<Integer> won = gain.won();
        blocks.add(new Heading(2, "Won questions (%d)".formatted(won.size())));
        blocks.add(new Paragraph(shown(won.size(), MOST_WON, "won")));
        for (int question : won.subList(0, Math.min(MOST_WON, won.size()))) {
            addQuestion(blocks, question);
            List<String> points = new ArrayList<>(right(question));
            points.add("First before: " + found(gain.change().before(place(0)), question));
            blocks.add(new Bullets(points));
        }
    }

    private static String shown(int count, int most, String what) {
        if (count == 0) {
            return "There are none.";
        }
        return count <= most
                ? "Those that %s most come first.".formatted(what)
                : "Shown are the %d that %s most; %s left out."
                        .formatted(
                                most, what, count - most == 1 ? "one is" : count - most + " are");
    }

    private void addQuestion(List<Block> blocks, int question) {
        String text = gain.question(question, LONGEST);
        String heading = Text.shortened(text, HEADING);
        blocks.add(
                new Heading(
                        3, heading, Optional.of("line" + search.queries().get(question).line())));
        if (!heading.equals(text)) {
            blocks.add(new Paragraph(text));
        }
        blocks.add(
                new Paragraph(
                        "Rank of the first right passage: %,d before, %,d after."
                                .formatted(gain.rankBefore(question), gain.rankAfter(question))));
    }

    private List<String> right(int question) {
        Map<Integer, Double> relevant = search.queries().get(question).relevant();
        List<String> points = new ArrayList<>();
        relevant.keySet().stream()
                .limit(MOST_RIGHT)
                .forEach(place -> points.add("Right: " + passage(place, LONGEST)));
        if (relevant.size() > MOST_RIGHT) {
            points.add("and %d more".formatted(relevant.size() - MOST_RIGHT));
        }
        return points;
    }

    private static String place(int rank) {
        return RetrievalMetrics.PLACES.get(rank);
    }

    /** Returns a passage that a question found; right ones are marked. */
    private String found(double[] places, int question) {
        int place = (int) places[question];
        if (place < 0) {
            return "";
        }
        boolean right = search.queries().get(question).relevant().containsKey(place);
        return (right ? "✓ " : "") + passage(place, FOUND);
    }

    private String passage(int place, int longest) {
        return Text.shortened(search.passages().get(place), longest);
    }
}
