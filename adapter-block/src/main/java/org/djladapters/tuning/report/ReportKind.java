/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

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

    private static final String NONE = "none";

    /**
     * Finds kinds by their words.
     *
     * @param words {@code csv} and {@code tensorboard} in any case, or {@code none} alone
     * @throws IllegalArgumentException if there is none of a word
     */
    public static List<ReportKind> of(List<String> words) {
        if (words.size() == 1 && words.get(0).equalsIgnoreCase(NONE)) {
            return List.of();
        }
        return words.stream().map(ReportKind::of).toList();
    }

    private static ReportKind of(String word) {
        return Stream.of(values())
                .filter(kind -> kind.name().equalsIgnoreCase(word))
                .findAny()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "There is no report '%s'; choose csv, tensorboard or both, or %s alone"
                                                .formatted(word, NONE)));
    }

    /**
     * Goes on with a report after so many steps; what it has of later ones is dropped.
     *
     * @param steps 0 for a new report
     */
    abstract RunReport open(Path folder, int steps) throws IOException;
}
