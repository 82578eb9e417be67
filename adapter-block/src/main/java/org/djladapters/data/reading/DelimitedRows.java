/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.reading;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Parses text whose cells are separated by tabs or commas. */
final class DelimitedRows {

    private static final CSVFormat TSV =
            CSVFormat.DEFAULT
                    .builder()
                    .setDelimiter('\t')
                    .setQuote(null)
                    .setIgnoreEmptyLines(false)
                    .get();

    private static final CSVFormat CSV = CSVFormat.RFC4180;

    private DelimitedRows() {}

    /** Parses tab-separated text. */
    static List<Table.Line> ofTsv(Path file, String text) throws IOException {
        return parse(file, text, TSV);
    }

    /** Parses comma-separated text, in which a quoted cell may have line breaks. */
    static List<Table.Line> ofCsv(Path file, String text) throws IOException {
        return parse(file, text, CSV);
    }

    private static List<Table.Line> parse(Path file, String text, CSVFormat format)
            throws IOException {
        List<Table.Line> lines = new ArrayList<>();
        long number = 1;
        try (CSVParser parser = CSVParser.parse(new StringReader(text), format)) {
            Iterator<CSVRecord> records = parser.iterator();
            while (records.hasNext()) {
                lines.add(new Table.Line(number, records.next().toList()));
                number = parser.getCurrentLineNumber() + 1;
            }
            return lines;
        } catch (UncheckedIOException e) {
            throw new IOException(
                    ("%s, is not CSV: a quote that opens a cell is closed within the cell or not at"
                         + " all; put quotes around the whole cell, and write two for one inside")
                            .formatted(Table.where(file, number)),
                    e);
        }
    }
}
