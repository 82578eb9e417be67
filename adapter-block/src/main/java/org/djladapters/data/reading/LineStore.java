/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.reading;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the lines of a table, which go to a temporary file when they are too many for memory.
 *
 * <p>How many these are depends on their text alone, not on the form of the file or the size of the
 * heap: the same rows are always handled alike.
 */
final class LineStore {

    /** The characters that take as much memory as a cell without any. */
    private static final int CELL = 16;

    /** The number of characters that are kept in memory; tests change it. */
    static long limit = 1 << 23;

    private final List<Table.Line> few = new ArrayList<>();
    private StoredLines many;
    private long characters;

    void add(Table.Line line) throws IOException {
        for (String cell : line.cells()) {
            characters += CELL + (cell == null ? 0 : cell.length());
        }
        if (many == null && characters > limit) {
            many = new StoredLines();
            for (Table.Line earlier : few) {
                many.append(earlier);
            }
            few.clear();
        }
        if (many == null) {
            few.add(line);
        } else {
            many.append(line);
        }
    }

    /** Returns all lines in their order; none is added then. */
    List<Table.Line> lines() throws IOException {
        return many == null ? few : many.finish();
    }
}
