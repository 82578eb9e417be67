/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.ModelOutputs;

/**
 * Times predictions of a model. A small input passes before each, so that the weights are computed
 * already, as for all predictions but the first one after a change.
 */
final class InferenceTimings {

    private final AdaptedModel model;
    private final NDList inputs;
    private final NDList small;

    InferenceTimings(AdaptedModel model, NDList inputs, NDList small) {
        this.model = model;
        this.inputs = inputs;
        this.small = small;
    }

    /** Predicts with the base model and returns the seconds. */
    double base() {
        model.activate();
        return timed();
    }

    /** Predicts with an adapter and returns the seconds. */
    double adapted(String name) {
        model.activate(name);
        return timed();
    }

    /** Predicts with a merged adapter and returns the seconds. */
    double merged(String name) {
        model.activate(name);
        model.merge(name);
        try {
            return timed();
        } finally {
            model.unmerge(name);
        }
    }

    private double timed() {
        predict(small);
        return TimedCandidate.time(() -> predict(inputs));
    }

    /**
     * Switches from one adapter to another and returns the seconds until a small input has passed,
     * since the first prediction after a change computes the weights.
     */
    double change(String from, String to) {
        model.activate(from);
        predict(small);
        return TimedCandidate.time(
                () -> {
                    model.activate(to);
                    predict(small);
                });
    }

    /** Predicts for a small input, without a change before, and returns the seconds. */
    double small(String name) {
        model.activate(name);
        predict(small);
        return TimedCandidate.time(() -> predict(small));
    }

    private void predict(NDList rows) {
        try (NDManager scope = rows.get(0).getManager().newSubManager()) {
            NDList outputs = model.predict(rows);
            outputs.attach(scope);
            await(ModelOutputs.logits(outputs));
        }
    }

    /** Waits for a device that computes on its own. */
    static void await(NDArray array) {
        try (NDArray flat = array.flatten();
                NDArray first = flat.get(0)) {
            first.toByteBuffer();
        }
    }
}
