/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.reading;

import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;

/** How the cells of a table are written. */
public enum TableForm {
    /** A line a record, tabs between cells, nothing quoted or escaped. */
    TSV("separated by tabs"),

    /** Commas between cells, which may be quoted (RFC 4180). */
    CSV("separated by commas"),

    /** A line a record, which is a JSON object with a text, a number or a boolean a column. */
    JSON_LINES("as a name of the object"),

    /** Columns one after another, each with its name and type. */
    PARQUET("as a column of the schema");

    private static final String LIBRARIES =
            "org.apache.parquet:parquet-column, org.apache.parquet:parquet-format-structures and"
                    + " io.airlift:aircompressor";

    private final String columns;

    TableForm(String columns) {
        this.columns = columns;
    }

    /**
     * Tells the form by the end of a file's name, {@code .csv}, {@code .jsonl} or {@code .parquet};
     * TSV if none.
     */
    static TableForm of(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".csv")) {
            return CSV;
        }
        if (name.endsWith(".parquet")) {
            return PARQUET;
        }
        return name.endsWith(".jsonl") ? JSON_LINES : TSV;
    }

    /** Tells whether each line names its cells or has all of them, as a line of text has not. */
    boolean isStructured() {
        return this == JSON_LINES || this == PARQUET;
    }

    /**
     * Opens a file of this form.
     *
     * @param digest takes the bytes of the file, all of them when the last line has been read
     * @param wanted the columns that are read, for a form whose lines name them
     * @param lists the columns that may have lists, for a form that has lists
     */
    Lines open(Path file, MessageDigest digest, Optional<Set<String>> wanted, Set<String> lists)
            throws IOException {
        return switch (this) {
            case TSV -> new DelimitedRows(file, text(file, digest), DelimitedRows.TSV);
            case CSV -> new DelimitedRows(file, text(file, digest), CSVFormat.RFC4180);
            case JSON_LINES -> new JsonRows(file, text(file, digest), wanted, lists);
            case PARQUET -> parquet(file, digest, wanted, lists);
        };
    }

    private static Reader text(Path file, MessageDigest digest) throws IOException {
        return new TextReader(file, new DigestInputStream(Files.newInputStream(file), digest));
    }

    private static Lines parquet(
            Path file, MessageDigest digest, Optional<Set<String>> wanted, Set<String> lists)
            throws IOException {
        try {
            return new ParquetRows(file, digest, wanted, lists);
        } catch (LinkageError e) {
            throw new IOException(
                    "'%s' can't be read without the libraries for Parquet; add %s"
                            .formatted(file, LIBRARIES),
                    e);
        }
    }

    /** The lines of a table one after another; only the present one is held in memory. */
    interface Lines extends Closeable {

        /**
         * Reads the next line; the first one names the columns, or has cells as all others.
         *
         * @return the line, null at the end
         */
        Table.Line next() throws IOException;
    }

    /** Says how columns are written, for messages. */
    String columns() {
        return columns;
    }
}
