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
 * The sweep that a Java machine of a cluster works on. Pieces of work come alone, so what they
 * share is static: the data and the opened model of the sweep they come from. They wait for each
 * other, since the engine records the gradients of one training at a time.
 */
final class SharedSweep {

    private static SweepArguments opened;
    private static Sweep sweep;
    private static AdaptedModel model;

    private SharedSweep() {}

    /**
     * Does a piece of work.
     *
     * @param job its place among those of the sweep
     * @return its summary; an empty text if it is done or another process is at it
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
