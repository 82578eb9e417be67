/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.util.Optional;
import org.djladapters.examples.sweep.Rates;
import org.djladapters.examples.sweep.RunKey;
import org.djladapters.examples.sweep.Sweep;
import org.djladapters.examples.sweep.SweepJob;
import org.djladapters.model.AdaptedModel;
import org.djladapters.tuning.ProgressListener;

/**
 * The sweep that a Java machine of a cluster works on. Pieces of work arrive one by one, so their
 * common data and model are static. They wait for each other, since the engine records the
 * gradients of one training at a time.
 */
final class SharedSweep {

    private static SweepArguments opened;
    private static Sweep sweep;
    private static AdaptedModel model;

    private SharedSweep() {}

    /**
     * Does a piece of work.
     *
     * @param key what runs
     * @param rates the rates of a trial; null for a run
     * @return its summary; an empty text if it has ended, has to wait or another process does it
     */
    static synchronized String attempt(SweepArguments arguments, RunKey key, Rates rates)
            throws IOException {
        if (!arguments.equals(opened)) {
            open(arguments);
        }
        for (SweepJob job : sweep.jobs()) {
            if (job.key().equals(key) && job.rates().equals(Optional.ofNullable(rates))) {
                return sweep.attempt(job, model).orElse("");
            }
        }
        return "";
    }

    private static void open(SweepArguments arguments) throws IOException {
        if (opened != null) {
            model.close();
            opened = null;
        }
        sweep = arguments.open(new ProgressListener() {});
        model = arguments.openModel();
        opened = arguments;
    }
}
