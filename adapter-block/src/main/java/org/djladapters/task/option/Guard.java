/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.option;

import org.djladapters.data.LabelledData;
import org.djladapters.data.PairData;
import org.djladapters.data.RetrievalData;
import org.djladapters.io.Internal;
import org.djladapters.io.PlainNumber;

/**
 * A search that must not get worse while another one is learned.
 *
 * @param search its queries and passages
 * @param tolerance by how much the metric may fall
 */
@Internal
public record Guard(RetrievalData search, double tolerance) {

    /** By how much the metric may fall where nothing else is chosen. */
    public static final double TOLERANCE = 0.01;

    /** Checks the tolerance. */
    public Guard {
        requireTolerance(tolerance);
    }

    /**
     * Takes the search that data are: that of pairs is among their own passages, and leaves
     * negatives out.
     *
     * @throws IllegalArgumentException if they are no search, or the tolerance is out of its range
     */
    public static Guard of(LabelledData data, double tolerance) {
        if (data instanceof PairData pairs) {
            return new Guard(RetrievalData.of(pairs), tolerance);
        }
        if (data instanceof RetrievalData search) {
            return new Guard(search, tolerance);
        }
        throw new IllegalArgumentException(
                "A guard is a search, which '%s' is not; give a table with the columns %s"
                        .formatted(data.source(), PairData.COLUMNS));
    }

    /**
     * Checks by how much a metric may fall.
     *
     * @throws IllegalArgumentException if it is not from 0 to 1
     */
    public static void requireTolerance(double tolerance) {
        if (!(tolerance >= 0 && tolerance <= 1)) {
            throw new IllegalArgumentException(
                    "The tolerance of a guard must be from 0 to 1, got "
                            + PlainNumber.of(tolerance));
        }
    }
}
