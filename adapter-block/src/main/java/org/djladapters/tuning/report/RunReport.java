/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning.report;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;

/** Takes the numbers of a run, in the order of its steps. */
interface RunReport extends Closeable {

    /** Takes the numbers of an update. */
    void step(StepReport step) throws IOException;

    /**
     * Takes the metrics of an evaluation.
     *
     * @param step the number of updates before it
     * @param epoch the passes over the data that are done, such as 1.5
     */
    void evaluation(int step, double epoch, Map<String, Double> metrics) throws IOException;
}
