/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.djladapters.tuning.ProgressListener;

/** Notes how training goes, epoch by epoch, and passes everything on. */
final class CurveListener implements ProgressListener {

    private final ProgressListener listener;
    private final TrialFolder folder;

    CurveListener(ProgressListener listener, TrialFolder folder) {
        this.listener = listener;
        this.folder = folder;
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
    public void onEpoch(int epoch, double loss, Map<String, Double> metrics, boolean isBest) {
        try {
            folder.addEpoch(new RunResult.EpochPoint(epoch, loss, metrics));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        listener.onEpoch(epoch, loss, metrics, isBest);
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
