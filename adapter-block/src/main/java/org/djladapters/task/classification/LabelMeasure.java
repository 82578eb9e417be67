/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.classification;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskDataset;
import org.djladapters.data.TaskKind;
import org.djladapters.data.encoding.Prefetch;
import org.djladapters.io.PlainNumber;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.kind.Task;
import org.djladapters.task.metric.EvaluationListener;
import org.djladapters.task.metric.PredictedRow;

/**
 * Measures classes or numbers.
 *
 * @param data the examples as they are written
 * @param dataset the same in batches
 */
record LabelMeasure(AdaptedModel model, LabelSpace labels, LabelledData data, TaskDataset dataset)
        implements Task.Measure {

    @Override
    public Map<String, Double> metrics(EvaluationListener listener) {
        double[] predictions = new double[dataset.size()];
        double[] probabilities = new double[dataset.size()];
        int done = 0;
        NDManager manager = model.model().getNDManager();
        try (Prefetch batches = new Prefetch(dataset.getData(manager))) {
            while (batches.hasNext()) {
                try (Batch batch = batches.next()) {
                    predict(batch, predictions, probabilities);
                    done += batch.getSize();
                    listener.onExamples(done, dataset.size());
                }
            }
        }
        for (int row = 0; row < predictions.length; row++) {
            listener.onPrediction(row(row, predictions[row], probabilities[row]));
        }
        listener.onLabels(labels, dataset.labels(), predictions);
        return LabelMetrics.of(labels, predictions, dataset.labels());
    }

    private void predict(Batch batch, double[] predictions, double[] probabilities) {
        NDArray logits = ModelOutputs.logits(model.predict(batch.getData()));
        ModelOutputs.requireFinite(logits);
        double[] values = labels.predictions(logits);
        float[] shares = logits.softmax(1).toFloatArray();
        List<?> rows = batch.getIndices();
        for (int i = 0; i < values.length; i++) {
            int row = (Integer) rows.get(i);
            predictions[row] = values[i];
            if (isClassification()) {
                probabilities[row] = shares[i * labels.outputs() + (int) values[i]];
            }
        }
    }

    private PredictedRow row(int row, double prediction, double probability) {
        return new PredictedRow(
                data.where(row),
                data.label(row),
                isClassification()
                        ? labels.labels().get((int) prediction)
                        : PlainNumber.of(prediction),
                isClassification() ? OptionalDouble.of(probability) : OptionalDouble.empty());
    }

    private boolean isClassification() {
        return labels.kind() == TaskKind.CLASSIFICATION;
    }
}
