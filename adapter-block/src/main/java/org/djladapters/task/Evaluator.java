/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.LabelledData;
import org.djladapters.data.Prefetch;
import org.djladapters.data.TaskDataset;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Adapter;

/** Measures how well an adapter does its task. */
public final class Evaluator {

    private static final String NAME = "evaluated";
    private static final int BATCH_SIZE = 64;

    private Evaluator() {}

    /**
     * Loads a fine-tuned adapter, measures it and takes it out of the model again.
     *
     * @param model the model that it was trained on
     * @param adapterDirectory where it was saved
     * @param data examples with labels or, for a language model, with responses
     * @return the metrics by name, as {@link Metrics} describes them
     * @throws IOException if the adapter can't be read
     * @throws IllegalArgumentException if the adapter does not fit the model, a label is unknown,
     *     or the data are not of the kind that the adapter was trained on
     */
    public static Map<String, Double> evaluate(
            AdaptedModel model, Path adapterDirectory, LabelledData data) throws IOException {
        List<String> active = model.active();
        Adapter adapter = AdapterDirectory.load(model, NAME, adapterDirectory);
        try {
            Task objective = Task.of(model, adapter, adapterDirectory, data);
            Task.Measure measure = objective.measure(model, data, BATCH_SIZE);
            model.activate(NAME);
            return measure.metrics();
        } finally {
            model.delete(NAME);
            model.activate(active.toArray(new String[0]));
        }
    }

    /** Measures a model as it is. */
    static Map<String, Double> metrics(AdaptedModel model, LabelSpace labels, TaskDataset data) {
        double[] predictions = new double[data.size()];
        NDManager manager = model.model().getNDManager();
        try (Prefetch batches = new Prefetch(data.getData(manager))) {
            while (batches.hasNext()) {
                try (Batch batch = batches.next()) {
                    predict(model, labels, batch, predictions);
                }
            }
        }
        return Metrics.of(labels, predictions, data.labels());
    }

    private static void predict(
            AdaptedModel model, LabelSpace labels, Batch batch, double[] predictions) {
        NDArray logits = TaskHead.logits(model.predict(batch.getData()));
        requireFinite(logits);
        double[] values = labels.predictions(logits);
        List<?> rows = batch.getIndices();
        for (int i = 0; i < values.length; i++) {
            predictions[(Integer) rows.get(i)] = values[i];
        }
    }

    /** Refuses outputs that are infinite or no numbers. */
    static void requireFinite(NDArray logits) {
        for (float logit : logits.toFloatArray()) {
            if (!Float.isFinite(logit)) {
                throw new ArithmeticException(
                        "The model's outputs are not finite; the adapter is damaged or was trained"
                                + " with too high a learning rate");
            }
        }
    }
}
