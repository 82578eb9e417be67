/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.classification;

import ai.djl.ndarray.NDArray;
import ai.djl.training.dataset.Batch;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.djladapters.data.BatchedDataset;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.io.PlainNumber;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.kind.Measuring;
import org.djladapters.task.kind.Task;
import org.djladapters.task.metric.EvaluationListener;

/** Measures classes or numbers. */
record LabelMeasure(
        AdaptedModel model, LabelSpace labels, LabelledData data, BatchedDataset dataset)
        implements Task.Measure {

    @Override
    public Map<String, Double> metrics(EvaluationListener listener) {
        double[] predictions = new double[dataset.size()];
        double[] probabilities = new double[dataset.size()];
        Measuring.forEachBatch(
                model, dataset, listener, batch -> predict(batch, predictions, probabilities));
        Measuring.tell(
                listener,
                data,
                row ->
                        isClassification()
                                ? labels.labels().get((int) predictions[row])
                                : PlainNumber.of(predictions[row]),
                row ->
                        isClassification()
                                ? OptionalDouble.of(probabilities[row])
                                : OptionalDouble.empty());
        double[] expected = labels.encode(data);
        listener.onLabels(labels, expected, predictions);
        if (isClassification()) {
            listener.onClasses(ConfusionMatrix.scores(labels.labels(), predictions, expected));
        }
        return LabelMetrics.of(labels, predictions, expected);
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

    private boolean isClassification() {
        return labels.kind() == TaskKind.CLASSIFICATION;
    }
}
