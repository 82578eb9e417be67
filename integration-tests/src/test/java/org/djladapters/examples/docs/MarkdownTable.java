/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;

/** A table of a Markdown file, whose cells are found by the beginnings of row and column. */
record MarkdownTable(List<String> header, List<List<String>> rows) {

    /** Returns the table of a document whose header begins in some way. */
    static MarkdownTable in(String document, String beginning) throws IOException {
        return of(Markdown.text(document), beginning);
    }

    /** Returns the table of a text whose header begins in some way. */
    static MarkdownTable of(String text, String beginning) {
        List<List<String>> lines =
                text.lines()
                        .dropWhile(line -> !line.startsWith(beginning))
                        .takeWhile(line -> line.startsWith("|"))
                        .map(MarkdownTable::cells)
                        .toList();
        assertThat(lines).as("table '%s'", beginning).hasSizeGreaterThan(2);
        return new MarkdownTable(lines.get(0), lines.subList(2, lines.size()));
    }

    private static List<String> cells(String line) {
        List<String> parts = List.of(line.split("\\|", -1));
        return parts.subList(1, parts.size() - 1).stream().map(String::strip).toList();
    }

    String cell(String row, String column) {
        return row(row).get(place(header, column));
    }

    List<String> row(String beginning) {
        return row(beginning, 0);
    }

    List<String> row(String beginning, int column) {
        return rows.get(place(column(column), beginning));
    }

    List<String> column(int column) {
        return rows.stream().map(row -> row.get(column)).toList();
    }

    private static int place(List<String> texts, String beginning) {
        int exact = texts.indexOf(beginning);
        if (exact >= 0) {
            return exact;
        }
        for (int i = 0; i < texts.size(); i++) {
            if (texts.get(i).regionMatches(true, 0, beginning, 0, beginning.length())) {
                return i;
            }
        }
        throw new AssertionError("nothing begins with '" + beginning + "' in " + texts);
    }
}
