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
import java.util.Optional;

/**
 * Which columns of a file or a database query hold texts and their labels; what else there is stays
 * unread.
 *
 * @param label the column of the label
 * @param text the column of the text
 * @param pair the column of the second text of a pair; empty for single texts
 */
public record TextColumns(String label, String text, Optional<String> pair) {

    /** Checks that each column has its name. */
    public TextColumns {
        List<String> names = names(label, text, pair);
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
     * Names the column of the text; that of the label is {@code label}.
     *
     * @param text the column
     * @return the columns
     */
    public static TextColumns of(String text) {
        return new TextColumns("label", text, Optional.empty());
    }

    /**
     * Returns the same with another column for the label.
     *
     * @param column the column
     * @return the columns
     */
    public TextColumns withLabel(String column) {
        return new TextColumns(column, text, pair);
    }

    /**
     * Returns the same with a column for the second text of a pair.
     *
     * @param column the column
     * @return the columns
     */
    public TextColumns withPair(String column) {
        return new TextColumns(label, text, Optional.of(column));
    }

    /** The columns of label, text and, for pairs, second text. */
    List<String> names() {
        return names(label, text, pair);
    }

    private static List<String> names(String label, String text, Optional<String> pair) {
        List<String> names = new ArrayList<>();
        names.add(label);
        names.add(text);
        pair.ifPresent(names::add);
        return names;
    }

    /** Finds the columns in the result of a query, where case does not count. */
    int[] places(ResultSetMetaData result) throws SQLException {
        List<String> there = new ArrayList<>();
        for (int i = 1; i <= result.getColumnCount(); i++) {
            there.add(result.getColumnLabel(i));
        }
        int[] places = new int[names().size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = place(names().get(i), there);
        }
        return places;
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
