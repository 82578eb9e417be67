/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.util.Map;
import org.djladapters.tuning.ProgressListener;

/** Passes on how training goes; subclasses add to it. */
public abstract class ForwardedProgress implements ProgressListener {

    private final ProgressListener listener;

    protected ForwardedProgress(ProgressListener listener) {
        this.listener = listener;
    }

    @Override
    public void onStart(int stepsPerEpoch, int epochs) {
        listener.onStart(stepsPerEpoch, epochs);
    }

    @Override
    public void onExamples(int examplesPerEpoch) {
        listener.onExamples(examplesPerEpoch);
    }

    @Override
    public void onUntrained(Map<String, Double> metrics) {
        listener.onUntrained(metrics);
    }

    @Override
    public void onMeasure(int done, int all) {
        listener.onMeasure(done, all);
    }

    @Override
    public void onStep(int epoch, int step, double loss) {
        listener.onStep(epoch, step, loss);
    }

    @Override
    public void onEpoch(int epoch, double loss, Map<String, Double> metrics, boolean best) {
        listener.onEpoch(epoch, loss, metrics, best);
    }

    @Override
    public void onEvaluation(int epoch, int step, Map<String, Double> metrics, boolean best) {
        listener.onEvaluation(epoch, step, metrics, best);
    }

    @Override
    public void onNote(String note) {
        listener.onNote(note);
    }

    @Override
    public void onWarning(String warning) {
        listener.onWarning(warning);
    }
}
