/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.ToLongFunction;
import org.djladapters.data.reading.StoredRows;

/** Examples that are rows of a file or of memory. */
abstract class RowData<R> implements LabelledData {

    private final Origin origin;
    private final List<R> rows;
    private final ToLongFunction<R> line;

    /** Takes rows, and a function for the line of a row in its file, in memory its place. */
    RowData(Origin origin, List<R> rows, ToLongFunction<R> line) {
        this.origin = origin;
        this.line = line;
        this.rows = rows instanceof StoredRows ? rows : Collections.unmodifiableList(rows);
    }

    /** Tells whether the rows are too many for memory, so that each is read when it is needed. */
    final boolean areStored() {
        return rows instanceof StoredRows;
    }

    final Origin origin() {
        return origin;
    }

    /** Returns some of the rows, in the given order. */
    final List<R> some(List<Integer> picked) {
        return rows instanceof StoredRows<R> stored
                ? stored.pick(picked)
                : picked.stream().map(rows::get).toList();
    }

    @Override
    public Path source() {
        return origin.source();
    }

    @Override
    public String sha256() {
        return origin.sha256();
    }

    @Override
    public int size() {
        return rows.size();
    }

    @Override
    public String where(int row) {
        return origin.where(line.applyAsLong(rows.get(row)));
    }

    /**
     * Returns the examples.
     *
     * @return the rows in their order, unmodifiable
     */
    public List<R> rows() {
        return rows;
    }
}
