/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.multilabel;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import ai.djl.training.dataset.Batch;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.djladapters.data.BatchedDataset;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.LabelledData;
import org.djladapters.data.MultiLabelData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.kind.Measuring;
import org.djladapters.task.kind.Task;
import org.djladapters.task.metric.ClassScore;
import org.djladapters.task.metric.EvaluationListener;

/** Measures classes of which a text may have several. */
record MultiLabelMeasure(
        AdaptedModel model, MultiLabelTask task, LabelledData data, BatchedDataset dataset)
        implements Task.Measure {

    @Override
    public Map<String, Double> metrics(EvaluationListener listener) {
        MultiLabelOutputs outputs = outputs(listener);
        List<String> names = labels().labels();
        boolean[][] chosen = outputs.chosen(thresholds(outputs));
        Measuring.tell(
                listener,
                data,
                row ->
                        IntStream.range(0, names.size())
                                .filter(k -> chosen[row][k])
                                .mapToObj(names::get)
                                .collect(Collectors.joining(MultiLabelData.SEPARATOR)));
        List<ClassScore> scores = MultiLabelMetrics.scores(names, chosen, outputs.labels());
        listener.onClasses(scores);
        Map<String, double[]> columns = MultiLabelMetrics.ofEach(chosen, outputs.labels());
        listener.onColumns(columns);
        return MultiLabelMetrics.of(scores, columns, outputs);
    }

    /** Returns the thresholds that the model, as it is, has on the data. */
    List<Double> thresholds() {
        return thresholds(outputs(new EvaluationListener() {}));
    }

    private List<Double> thresholds(MultiLabelOutputs outputs) {
        return task.tunes() ? ClassThresholds.tune(outputs) : task.thresholds();
    }

    private LabelSpace labels() {
        return task.texts().labels();
    }

    private MultiLabelOutputs outputs(EvaluationListener listener) {
        MultiLabelOutputs outputs =
                MultiLabelOutputs.of(labels().encodeSeveral(data), labels().outputs());
        Measuring.forEachBatch(
                model, dataset, listener, batch -> predict(batch, outputs.probabilities()));
        return outputs;
    }

    private void predict(Batch batch, double[][] probabilities) {
        NDArray logits = ModelOutputs.logits(model.predict(batch.getData()));
        ModelOutputs.requireFinite(logits);
        float[] values = Activation.sigmoid(logits).toFloatArray();
        int classes = labels().outputs();
        for (int i = 0; i < values.length; i++) {
            int row = (Integer) batch.getIndices().get(i / classes);
            probabilities[row][i % classes] = values[i];
        }
    }
}
