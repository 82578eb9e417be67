/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.reading;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.djladapters.io.Sha256;

/**
 * Reads some columns of a table whose first line is a header, a line after another: a file may be
 * larger than memory.
 */
public final class TableReader implements Closeable {

    private final Path file;
    private final TableForm form;
    private final TableForm.Lines lines;
    private final List<String> header;
    private final List<String> columns;

    /** Those that must have a value in every line. */
    private final List<String> filled;

    private TableReader(
            Path file,
            List<String> needed,
            List<String> further,
            Set<String> lists,
            MessageDigest digest)
            throws IOException {
        this.file = file;
        form = TableForm.of(file);
        Set<String> wanted =
                Stream.concat(needed.stream(), further.stream()).collect(Collectors.toSet());
        lines = form.open(file, digest, Optional.of(wanted), lists);
        try {
            Table.Line first = lines.next();
            if (first == null) {
                throw Table.isEmpty(file, String.join(", ", needed));
            }
            header = first.cells().stream().map(String::strip).toList();
            columns =
                    Stream.concat(needed.stream(), further.stream().filter(header::contains))
                            .toList();
            for (String column : columns) {
                Table.requireOnce(file, column, header);
            }
            filled = columns.stream().filter(column -> !lists.contains(column)).toList();
        } catch (IOException | RuntimeException e) {
            lines.close();
            throw e;
        }
    }

    /**
     * Opens a file: CSV, JSON Lines or Parquet if its name says so, else TSV.
     *
     * @param needed columns that it must have
     * @param further columns that are read if it has them
     */
    public static TableReader open(Path file, List<String> needed, List<String> further)
            throws IOException {
        return open(file, needed, further, Set.of(), Sha256.digest());
    }

    /**
     * Opens a file whose bytes a digest takes, all of them when the last line has been read.
     *
     * @param lists columns that may have nothing in a cell or, in JSON Lines or Parquet, lists
     */
    static TableReader open(
            Path file,
            List<String> needed,
            List<String> further,
            Set<String> lists,
            MessageDigest digest)
            throws IOException {
        Table.requireFile(file);
        return new TableReader(file, needed, further, lists, digest);
    }

    /** Returns the columns that are read, the needed ones first. */
    public List<String> columns() {
        return columns;
    }

    /**
     * Reads the next line.
     *
     * @return its values in the order of {@link #columns}; null at the end
     */
    public Table.Line next() throws IOException {
        Table.Line line = lines.next();
        if (line == null) {
            return null;
        }
        Table.requireCells(file, form, line, header, filled);
        return new Table.Line(
                line.number(),
                columns.stream().map(column -> line.cells().get(header.indexOf(column))).toList());
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
