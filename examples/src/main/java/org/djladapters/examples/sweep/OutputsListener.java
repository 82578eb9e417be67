/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.util.Map;
import org.djladapters.data.LabelSpace;
import org.djladapters.examples.outputs.ExampleOutputs;
import org.djladapters.task.metric.EvaluationListener;
import org.djladapters.tuning.ProgressListener;

/** Keeps the outputs of an evaluation for every example. */
final class OutputsListener implements EvaluationListener {

    private static final double TOLERANCE = 1e-4;

    private final String metric;
    private final ProgressListener progress;
    private ExampleOutputs outputs;

    /**
     * Follows an evaluation.
     *
     * @param metric the metric that must follow from the outputs
     * @param progress is notified of the progress
     */
    OutputsListener(String metric, ProgressListener progress) {
        this.metric = metric;
        this.progress = progress;
    }

    @Override
    public void onExamples(int done, int all) {
        progress.onMeasure(done, all);
    }

    @Override
    public void onLabels(LabelSpace space, double[] labels, double[] predictions) {
        outputs = ExampleOutputs.ofLabels(space, labels, predictions);
    }

    @Override
    public void onColumns(Map<String, double[]> columns) {
        if (columns.containsKey("rank")) {
            outputs = of(ExampleOutputs.Kind.RANKS, columns, "rank");
        } else if (columns.containsKey("entities")) {
            outputs = of(ExampleOutputs.Kind.SPANS, columns, "right", "predicted", "entities");
        } else if (columns.containsKey("subset_accuracy")) {
            outputs =
                    of(
                            ExampleOutputs.Kind.LABELS,
                            columns,
                            "right",
                            "predicted",
                            "labels",
                            "subset_accuracy");
        } else if (columns.containsKey("tokens") && !metric.equals("exact_match")) {
            outputs = of(ExampleOutputs.Kind.LOSSES, columns, "loss", "tokens");
        } else if (columns.containsKey("tokens")) {
            outputs = of(ExampleOutputs.Kind.HITS, columns, "exact_match");
        } else if (columns.containsKey("hit")) {
            outputs = of(ExampleOutputs.Kind.HITS, columns, "hit");
        } else {
            outputs = of(ExampleOutputs.Kind.ANSWERS, columns, "exact_match", "f1");
        }
    }

    private static ExampleOutputs of(
            ExampleOutputs.Kind kind, Map<String, double[]> columns, String... names) {
        float[][] values = new float[names.length][];
        for (int i = 0; i < names.length; i++) {
            double[] column = columns.get(names[i]);
            values[i] = new float[column.length];
            for (int row = 0; row < column.length; row++) {
                values[i][row] = (float) column[row];
            }
        }
        return ExampleOutputs.of(kind, values);
    }

    /**
     * Returns the outputs.
     *
     * @param metrics the metrics of the evaluation
     * @throws IllegalArgumentException if the decisive metric is not among them, or does not follow
     *     from the outputs, as for queries with several relevant passages
     */
    ExampleOutputs outputs(Map<String, Double> metrics) {
        if (!metrics.containsKey(metric)) {
            throw new IllegalArgumentException(
                    ("The data give %s, but not %s, by which epochs are chosen on held-out training"
                                    + " data; choose another --metric, or data of the same form")
                            .formatted(String.join(", ", metrics.keySet()), metric));
        }
        double measured = metrics.get(metric);
        double again = outputs.value(metric);
        if (Math.abs(measured - again) > TOLERANCE * Math.max(1, Math.abs(measured))) {
            throw new IllegalArgumentException(
                    ("The metric %s can't be computed from what the model gave for each example"
                                    + " (%.5f instead of %.5f); choose another --metric")
                            .formatted(metric, again, measured));
        }
        return outputs;
    }
}
