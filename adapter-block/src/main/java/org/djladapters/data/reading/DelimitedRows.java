/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.reading;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Parses text whose cells are separated by tabs or commas. */
final class DelimitedRows implements TableForm.Lines {

    static final CSVFormat TSV =
            CSVFormat.DEFAULT
                    .builder()
                    .setDelimiter('\t')
                    .setQuote(null)
                    .setIgnoreEmptyLines(false)
                    .get();

    private final Path file;
    private final CSVParser parser;
    private final Iterator<CSVRecord> records;
    private long number = 1;

    DelimitedRows(Path file, Reader text, CSVFormat format) throws IOException {
        this.file = file;
        parser = CSVParser.parse(text, format);
        records = parser.iterator();
    }

    @Override
    public Table.Line next() throws IOException {
        try {
            if (!records.hasNext()) {
                return null;
            }
            Table.Line line = new Table.Line(number, records.next().toList());
            number = parser.getCurrentLineNumber() + 1;
            return line;
        } catch (UncheckedIOException e) {
            if (!(e.getCause() instanceof CSVException)) {
                throw e.getCause(); // of the reader
            }
            throw new IOException(
                    ("%s, is not CSV: a quote that opens a cell is closed within the cell or not at"
                         + " all; put quotes around the whole cell, and write two for one inside")
                            .formatted(Table.where(file, number)),
                    e);
        }
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
