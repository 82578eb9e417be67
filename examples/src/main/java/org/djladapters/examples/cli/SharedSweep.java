/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import org.djladapters.examples.sweep.Sweep;
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
     * @param job its index in the sweep
     * @return its summary; an empty text if it has ended or another process does it
     */
    static synchronized String attempt(SweepArguments arguments, int job) throws IOException {
        if (!arguments.equals(opened)) {
            open(arguments);
        }
        return sweep.attempt(sweep.jobs().get(job), model).orElse("");
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
