/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.List;

/** What a measurement found: a table for people and a line of JSON for programs. */
interface MeasuredReport {

    /** Returns the lines above the table, which tell what was measured where. */
    default List<String> heading() {
        return List.of();
    }

    Table table();

    ResultLine line();
}
