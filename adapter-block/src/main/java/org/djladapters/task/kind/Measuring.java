/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import ai.djl.training.dataset.Batch;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.djladapters.data.BatchedDataset;
import org.djladapters.data.LabelledData;
import org.djladapters.data.encoding.Prefetch;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.metric.EvaluationListener;
import org.djladapters.task.metric.PredictedRow;

/** The steps that measurements of examples share. */
public final class Measuring {

    private Measuring() {}

    /** Does some work for each batch in turn, and reports the progress. */
    public static void forEachBatch(
            AdaptedModel model,
            BatchedDataset data,
            EvaluationListener listener,
            Consumer<Batch> work) {
        int done = 0;
        try (Prefetch batches = new Prefetch(data.getData(model.model().getNDManager()))) {
            while (batches.hasNext()) {
                try (Batch batch = batches.next()) {
                    work.accept(batch);
                    done += batch.getSize();
                    listener.onExamples(done, data.size());
                }
            }
        }
    }

    /** Reports the prediction of each example. */
    public static void tell(
            EvaluationListener listener,
            LabelledData data,
            IntFunction<String> prediction,
            IntFunction<OptionalDouble> probability) {
        for (int row = 0; row < data.size(); row++) {
            listener.onPrediction(
                    new PredictedRow(
                            data.where(row),
                            data.label(row),
                            prediction.apply(row),
                            probability.apply(row)));
        }
    }

    /** Reports the prediction of each example, without probabilities. */
    public static void tell(
            EvaluationListener listener, LabelledData data, IntFunction<String> prediction) {
        tell(listener, data, prediction, row -> OptionalDouble.empty());
    }
}
