/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.noise;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.djladapters.adapter.TargetModule;
import org.djladapters.circuit.NetworkLayout;
import org.djladapters.circuit.NoiseModel;
import org.djladapters.data.LabelledData;
import org.djladapters.examples.plot.Axis;
import org.djladapters.examples.plot.Chart;
import org.djladapters.examples.plot.Figure;
import org.djladapters.examples.plot.Palette;
import org.djladapters.examples.plot.Series;
import org.djladapters.examples.plot.Series.Look;
import org.djladapters.examples.plot.Series.Point;
import org.djladapters.io.TemporaryFolder;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.Evaluator;

/**
 * Evaluates a trained compound adapter whose rotations are computed by circuits with errors of
 * gates or of readout, over a range of probabilities.
 *
 * <p>In one evaluation every block of every module has one pattern of errors, the same for all
 * examples, as in a single shot; the effect of the number of shots is left out. Several patterns
 * are drawn for every probability.
 */
public final class NoiseStudy {

    private static final String GATES = "two-qubit gates";
    private static final String READOUT = "readout";
    private static final double[] PROBABILITIES = {1e-5, 1e-4, 1e-3, 1e-2, 1e-1};

    private final AdaptedModel model;
    private final Path adapter;
    private final LabelledData data;
    private final NetworkLayout layout;
    private final int draws;

    /**
     * Prepares a study.
     *
     * @param layout the arrangement of the gates
     * @param draws the number of patterns for every probability
     */
    public NoiseStudy(
            AdaptedModel model, Path adapter, LabelledData data, NetworkLayout layout, int draws) {
        if (draws < 1) {
            throw new IllegalArgumentException(
                    "The number of error patterns must be at least 1, got " + draws);
        }
        this.model = model;
        this.adapter = adapter;
        this.data = data;
        this.layout = layout;
        this.draws = draws;
    }

    /**
     * The metric with errors of one kind and probability.
     *
     * @param errors the kind: none, gates or readout
     * @param mean the mean over the draws
     * @param deviation the standard deviation, NaN for a single draw
     */
    public record Level(String errors, double probability, double mean, double deviation) {}

    /** The values of the first metric of a task; the value without errors comes first. */
    public record Result(String metric, List<Level> levels) {

        public Result {
            levels = List.copyOf(levels);
        }

        /** Draws the metric over the probability of errors. */
        public Figure figure() {
            Chart.Builder chart =
                    Chart.builder()
                            .setX(Axis.logarithmic("probability of an error"))
                            .setY(Axis.linear(metric))
                            .optSize(720, 440);
            Level without = levels.get(0);
            Point first = new Point(PROBABILITIES[0], without.mean(), 0, "without errors");
            Point last = new Point(PROBABILITIES[PROBABILITIES.length - 1], without.mean());
            chart.addSeries(new Series("", Palette.NEUTRAL, Look.DASHES, List.of(first, last)));
            List<String> kinds = List.of(GATES, READOUT);
            for (int kind = 0; kind < kinds.size(); kind++) {
                String name = kinds.get(kind);
                Color color = Palette.color(kind);
                List<Point> points =
                        levels.stream()
                                .filter(level -> level.errors().equals(name))
                                .map(l -> new Point(l.probability(), l.mean(), l.deviation(), ""))
                                .toList();
                chart.addSeries(new Series(name, color, Look.DOTTED_LINE, points));
            }
            return new Figure("", List.of(chart.build()));
        }
    }

    /** Evaluates the adapter without errors, and with all kinds and probabilities of errors. */
    public Result run(Consumer<Level> progress) throws IOException {
        Map<String, Integer> features = new HashMap<>();
        for (TargetModule target : model.spec().targetModules()) {
            features.put(target.path(), target.weight().features());
        }
        NoisyAdapter noisy = new NoisyAdapter(adapter, features, layout);
        Random random = new Random(1);
        List<Level> levels = new ArrayList<>();
        Map<String, Double> exact = Evaluator.evaluate(model, adapter, data);
        String metric = exact.keySet().iterator().next();
        levels.add(new Level("none", 0, exact.get(metric), Double.NaN));
        progress.accept(levels.get(0));
        for (double p : PROBABILITIES) {
            levels.add(level(GATES, p, new NoiseModel(p, 0), noisy, metric, random));
            progress.accept(levels.get(levels.size() - 1));
            levels.add(level(READOUT, p, new NoiseModel(0, p), noisy, metric, random));
            progress.accept(levels.get(levels.size() - 1));
        }
        return new Result(metric, levels);
    }

    private Level level(
            String errors,
            double probability,
            NoiseModel noise,
            NoisyAdapter noisy,
            String metric,
            Random random)
            throws IOException {
        SummaryStatistics values = new SummaryStatistics();
        for (int draw = 0; draw < draws; draw++) {
            try (TemporaryFolder folder = TemporaryFolder.create()) {
                noisy.write(folder.path(), noise, random);
                values.addValue(Evaluator.evaluate(model, folder.path(), data).get(metric));
            }
        }
        double deviation = draws > 1 ? values.getStandardDeviation() : Double.NaN;
        return new Level(errors, probability, values.getMean(), deviation);
    }
}
