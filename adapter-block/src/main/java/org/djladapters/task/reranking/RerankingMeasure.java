/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.reranking;

import ai.djl.ndarray.NDArray;
import ai.djl.training.dataset.Batch;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.djladapters.checkpoint.head.ScoreActivation;
import org.djladapters.data.TaskDataset;
import org.djladapters.data.TextData;
import org.djladapters.data.encoding.Prefetch;
import org.djladapters.io.PlainNumber;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.kind.Task;
import org.djladapters.task.metric.EvaluationListener;
import org.djladapters.task.metric.PredictedRow;

/**
 * Measures the order of candidates.
 *
 * @param data the queries with their candidates
 * @param dataset the same in batches
 * @param activation what makes scores of logits
 */
record RerankingMeasure(
        AdaptedModel model, TextData data, TaskDataset dataset, ScoreActivation activation)
        implements Task.Measure {

    @Override
    public Map<String, Double> metrics(EvaluationListener listener) {
        double[] logits = new double[dataset.size()];
        int done = 0;
        try (Prefetch batches = new Prefetch(dataset.getData(model.model().getNDManager()))) {
            while (batches.hasNext()) {
                try (Batch batch = batches.next()) {
                    predict(batch, logits);
                    done += batch.getSize();
                    listener.onExamples(done, dataset.size());
                }
            }
        }
        for (int row = 0; row < logits.length; row++) {
            listener.onPrediction(
                    new PredictedRow(
                            data.where(row),
                            data.label(row),
                            PlainNumber.of(activation.score(logits[row])),
                            OptionalDouble.empty()));
        }
        List<String> queries = data.rows().stream().map(TextData.Row::first).toList();
        double[] relevances = RerankingTask.relevances(data);
        listener.onColumns(Map.of("rank", RankingMetrics.ranks(queries, relevances, logits)));
        return RankingMetrics.of(queries, relevances, logits);
    }

    private void predict(Batch batch, double[] logits) {
        NDArray outputs = ModelOutputs.logits(model.predict(batch.getData()));
        ModelOutputs.requireFinite(outputs);
        float[] values = outputs.toFloatArray();
        for (int i = 0; i < values.length; i++) {
            logits[(Integer) batch.getIndices().get(i)] = values[i];
        }
    }
}
