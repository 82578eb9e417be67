/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * Where a line has its text.
 *
 * @param header the line that names the columns; null if all of a line is text
 * @param index the number of the column, from 0
 */
record TextColumn(String header, int index) implements Serializable {

    /** Lines that are texts. */
    static final TextColumn WHOLE_LINE = new TextColumn(null, 0);

    /**
     * Finds a column of a table.
     *
     * @param header the line that names the columns, separated by tabs
     * @param name the name of the column
     * @return where it is
     * @throws IllegalArgumentException if there is none of the name
     */
    static TextColumn named(String header, String name) {
        List<String> names = Arrays.stream(header.split("\t", -1)).map(String::strip).toList();
        if (!names.contains(name)) {
            throw new IllegalArgumentException(
                    "The input has no column '%s'; its first line names: %s"
                            .formatted(name, String.join(", ", names)));
        }
        return new TextColumn(header, names.indexOf(name));
    }

    /** Tells the header from rows, in each file of the input. */
    boolean isRow(String line) {
        return !line.equals(header);
    }

    /**
     * Takes the text out of a row.
     *
     * @throws IllegalArgumentException if the row is too short
     */
    String text(String line) {
        if (header == null) {
            return line;
        }
        String[] cells = line.split("\t", -1);
        if (cells.length <= index) {
            throw new IllegalArgumentException(
                    "The line '%s' has no column %d, where the texts are; columns are separated by tabs"
                            .formatted(line, index + 1));
        }
        return cells[index];
    }
}
