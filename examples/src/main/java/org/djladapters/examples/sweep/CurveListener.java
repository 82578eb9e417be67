/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.djladapters.tuning.ProgressListener;

/** Writes down the metrics of every epoch and passes everything on. */
final class CurveListener extends ForwardedProgress {

    private final TrialFolder folder;

    CurveListener(ProgressListener listener, TrialFolder folder) {
        super(listener);
        this.folder = folder;
    }

    @Override
    public void onEpoch(int epoch, double loss, Map<String, Double> metrics, boolean isBest) {
        try {
            folder.addEpoch(new RunResult.EpochPoint(epoch, loss, metrics));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        super.onEpoch(epoch, loss, metrics, isBest);
    }
}
