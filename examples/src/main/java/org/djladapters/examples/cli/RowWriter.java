/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.djladapters.io.AtomicFiles;

/**
 * Writes rows of named values as JSON Lines, TSV or CSV. The names of the first row are the header
 * of a table; lists and objects are written to its cells as JSON.
 */
final class RowWriter {

    /** A form of files. */
    enum Form {
        JSON_LINES,
        TSV,
        CSV;

        /** Returns the form that the name of an option's file ends in; others are refused. */
        static Form of(String option, Path file) {
            String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
            if (name.endsWith(".jsonl")) {
                return JSON_LINES;
            }
            if (name.endsWith(".tsv")) {
                return TSV;
            }
            if (name.endsWith(".csv")) {
                return CSV;
            }
            throw new IllegalArgumentException(
                    "%s '%s' can't be written; name a file that ends in .jsonl, .tsv or .csv"
                            .formatted(option, file));
        }
    }

    /** Writes the rows of a file. */
    @FunctionalInterface
    interface Content {
        void writeTo(RowWriter writer) throws IOException;
    }

    private final Form form;
    private final Writer out;
    private final CSVPrinter csv;
    private boolean hasHeader;

    private RowWriter(Form form, Writer out) throws IOException {
        this.form = form;
        this.out = out;
        csv = new CSVPrinter(out, CSVFormat.RFC4180.builder().setRecordSeparator('\n').get());
    }

    /** Writes a file, which appears complete or not at all. */
    static void writeFile(Path file, Form form, Content content) throws IOException {
        AtomicFiles.writeFile(
                file,
                channel -> {
                    Writer out = Channels.newWriter(channel, StandardCharsets.UTF_8);
                    content.writeTo(new RowWriter(form, out));
                    out.flush();
                });
    }

    /**
     * Writes a row.
     *
     * @param where the place that it is from, for messages
     * @throws IOException if a value of a TSV file has a tab or a line break, or on failure
     */
    void write(String where, JsonObject row) throws IOException {
        if (form == Form.JSON_LINES) {
            out.write(PlainText.json(row.toString()));
            out.write('\n');
            return;
        }
        if (!hasHeader) {
            hasHeader = true;
            writeCells(where, List.copyOf(row.keySet()));
        }
        writeCells(where, row.entrySet().stream().map(e -> cell(e.getValue())).toList());
    }

    private static String cell(JsonElement value) {
        if (value.isJsonNull()) {
            return "";
        }
        return value.isJsonPrimitive() ? value.getAsString() : value.toString();
    }

    private void writeCells(String where, List<String> cells) throws IOException {
        if (form == Form.CSV) {
            csv.printRecord(cells);
            return;
        }
        for (String cell : cells) {
            if (cell.chars().anyMatch(c -> c == '\t' || c == '\n' || c == '\r')) {
                throw new IOException(
                        ("%s has a tab or a line break, which a TSV file can't hold; write a file"
                                        + " that ends in .csv or .jsonl")
                                .formatted(where));
            }
        }
        out.write(String.join("\t", cells));
        out.write('\n');
    }
}
