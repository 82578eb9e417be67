/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The lines of a partition, each with the likeliest label of its text and how likely that is, tab
 * separated. Lines are read as they are needed, a batch at a time.
 */
final class Predictions implements Iterator<String> {

    private static final int BATCH_SIZE = 32;

    private final TextColumn column;
    private final Iterator<String> lines;
    private final Predictor<String, Classifications> predictor;
    private final Queue<String> ready = new ArrayDeque<>();

    /**
     * Prepares predictions within a task.
     *
     * @param model the folder of the model
     * @param column where the texts stand
     * @param lines the lines of the partition
     * @throws IOException if the model can't be read
     * @throws ModelException if it is no classifier of texts
     */
    Predictions(String model, TextColumn column, Iterator<String> lines)
            throws IOException, ModelException {
        this.column = column;
        this.lines = lines;
        predictor = SharedModels.open(model).newPredictor();
        TaskCompletionListener closing = task -> predictor.close();
        TaskContext.get().addTaskCompletionListener(closing);
    }

    @Override
    public boolean hasNext() {
        return !ready.isEmpty() || lines.hasNext();
    }

    @Override
    public String next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        if (ready.isEmpty()) {
            predict();
        }
        return ready.remove();
    }

    private void predict() {
        List<String> batch = new ArrayList<>(BATCH_SIZE);
        while (lines.hasNext() && batch.size() < BATCH_SIZE) {
            batch.add(lines.next());
        }
        List<String> texts = batch.stream().map(column::text).toList();
        List<Classifications> predicted;
        try {
            predicted = predictor.batchPredict(texts);
        } catch (TranslateException e) {
            throw new IllegalStateException("The model can't predict: " + e.getMessage(), e);
        }
        for (int i = 0; i < batch.size(); i++) {
            Classifications.Classification best = predicted.get(i).best();
            ready.add(
                    "%s\t%s\t%.4f"
                            .formatted(batch.get(i), best.getClassName(), best.getProbability()));
        }
    }
}
