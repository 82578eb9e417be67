/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.djladapters.model.AdaptedModel;

/** An adapter of a shared model, or the model itself, with what it is used for. */
final class SharedAdapter implements AutoCloseable {

    private final AdaptedModel model;
    private final String name;
    private final Map<RowPrediction.Use, RowPredictor> predictors = new HashMap<>();

    /** Guarded by the shared model. */
    private int leases;

    SharedAdapter(AdaptedModel model, String name) {
        this.model = model;
        this.name = name;
    }

    /** Returns the name in the model. */
    String name() {
        return name;
    }

    /**
     * Returns what predicts.
     *
     * @throws IOException if a file of the adapter is malformed
     * @throws IllegalArgumentException if it is for another task
     */
    synchronized RowPredictor predictor(RowPrediction.Use use) throws IOException {
        RowPredictor predictor = predictors.get(use);
        if (predictor == null) {
            predictor = RowPredictor.open(model, name, use);
            predictors.put(use, predictor);
        }
        return predictor;
    }

    void lease() {
        leases++;
    }

    void release() {
        leases--;
    }

    boolean isLeased() {
        return leases > 0;
    }

    @Override
    public synchronized void close() {
        predictors.values().forEach(RowPredictor::close);
        predictors.clear();
    }
}
