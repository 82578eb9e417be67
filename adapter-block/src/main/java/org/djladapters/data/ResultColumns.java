/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** The names of columns, and where these are in the result of a query. */
final class ResultColumns {

    private ResultColumns() {}

    /** Refuses columns without a name, and two of one name. */
    static void requireNames(List<String> names) {
        for (String name : names) {
            if (name == null || name.isBlank()) {
                throw new IllegalArgumentException("A column needs a name");
            }
        }
        if (new HashSet<>(names).size() < names.size()) {
            throw new IllegalArgumentException(
                    "The label and the texts need a column each, got " + String.join(", ", names));
        }
    }

    /**
     * Finds columns in the result of a query, where case does not count.
     *
     * @return their numbers from 1, in the order of the names
     * @throws IllegalArgumentException if there is no column of a name, or more than one
     */
    static int[] places(List<String> names, ResultSetMetaData result) throws SQLException {
        List<String> there = new ArrayList<>();
        for (int i = 1; i <= result.getColumnCount(); i++) {
            there.add(result.getColumnLabel(i));
        }
        return names.stream().mapToInt(name -> place(name, there)).toArray();
    }

    private static int place(String name, List<String> there) {
        List<String> found = there.stream().filter(name::equalsIgnoreCase).toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException(
                    "The result of the query has %s column '%s'; its columns are: %s"
                            .formatted(
                                    found.isEmpty() ? "no" : "more than one",
                                    name,
                                    String.join(", ", there)));
        }
        return 1 + there.indexOf(found.get(0));
    }
}
