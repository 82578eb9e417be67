/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.reading;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import java.util.function.IntFunction;

/**
 * Rows that are made when they are asked for, each time anew, since all of them are too many for
 * memory.
 */
public final class StoredRows<R> extends AbstractList<R> implements RandomAccess {

    private final int[] lines;
    private final IntFunction<R> make;

    /**
     * Takes rows.
     *
     * @param lines the line of every row
     * @param make makes a row of its line
     */
    StoredRows(int[] lines, IntFunction<R> make) {
        this.lines = lines;
        this.make = make;
    }

    @Override
    public R get(int row) {
        return make.apply(lines[row]);
    }

    @Override
    public int size() {
        return lines.length;
    }

    /** Returns some of the rows, in the given order. */
    public StoredRows<R> pick(List<Integer> rows) {
        return new StoredRows<>(rows.stream().mapToInt(row -> lines[row]).toArray(), make);
    }
}
