/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning.report;

import java.io.IOException;
import java.nio.file.Path;

/** A form in which a run reports its numbers. */
public enum ReportKind {
    /**
     * Two tables: {@code train.csv} with a row for every step, {@code eval.csv} with a row for
     * every evaluation.
     */
    CSV {
        @Override
        RunReport open(Path folder, int steps) throws IOException {
            return new CsvReport(folder, steps);
        }
    },

    /** An event file that TensorBoard reads. */
    TENSORBOARD {
        @Override
        RunReport open(Path folder, int steps) throws IOException {
            return new TensorBoardReport(folder, steps);
        }
    };

    /**
     * Goes on with a report after so many steps; what it has of later ones is dropped.
     *
     * @param steps 0 for a new report
     */
    abstract RunReport open(Path folder, int steps) throws IOException;
}
