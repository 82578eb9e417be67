/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.reading;

import java.util.concurrent.Callable;

/** Reads tables as if they were too many for memory. */
public final class StoredTables {

    private StoredTables() {}

    /** Returns what is read, all tables in temporary files. */
    public static <T> T stored(Callable<T> read) throws Exception {
        long before = LineStore.limit;
        LineStore.limit = 0;
        try {
            return read.call();
        } finally {
            LineStore.limit = before;
        }
    }
}
