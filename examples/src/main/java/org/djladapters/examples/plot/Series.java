/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.plot;

import java.awt.Color;
import java.util.List;

/**
 * Points that a chart draws in one colour.
 *
 * @param name its name in the legend; empty to leave it out there
 * @param color its colour
 * @param look how it is drawn
 * @param points its points in the order in which a line joins them
 */
public record Series(String name, Color color, Look look, List<Point> points) {

    public Series {
        points = List.copyOf(points);
    }

    /** How points are drawn. */
    public enum Look {
        /** Each as a dot. */
        DOTS,
        /** Each as a ring, for points that are less certain. */
        RINGS,
        /** Each as a diamond. */
        DIAMONDS,
        /** As dots that a line joins. */
        DOTTED_LINE,
        /** As a line only. */
        LINE,
        /** As a broken line only. */
        DASHES;

        boolean isMarked() {
            return this == DOTS || this == RINGS || this == DIAMONDS || this == DOTTED_LINE;
        }

        boolean isJoined() {
            return this == DOTTED_LINE || this == LINE || this == DASHES;
        }
    }

    /**
     * A point.
     *
     * @param error half the length of its vertical error bar; 0 or NaN for none
     * @param label the text beside it; may be empty
     */
    public record Point(double x, double y, double error, String label) {

        /** Creates a point without error bar and label. */
        public Point(double x, double y) {
            this(x, y, 0, "");
        }

        double reach() {
            return Double.isNaN(error) ? 0 : error;
        }
    }
}
