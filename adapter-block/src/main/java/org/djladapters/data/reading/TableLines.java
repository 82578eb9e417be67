/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.reading;

import java.io.IOException;

/** The lines of a table one after another; only the present one is held in memory. */
interface TableLines {

    /**
     * Reads the next line; the first one names the columns, or has cells as all others.
     *
     * @return the line, null at the end
     */
    Table.Line next() throws IOException;
}
