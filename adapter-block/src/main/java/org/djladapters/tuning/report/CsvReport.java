/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning.report;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;

/** Writes two tables, one of steps and one of evaluations. */
final class CsvReport implements RunReport {

    private static final CSVFormat FORMAT =
            CSVFormat.RFC4180.builder().setRecordSeparator("\n").get();

    private final Table train;
    private final Table eval;

    CsvReport(Path folder, int steps) throws IOException {
        train = new Table(folder.resolve("train.csv"), steps);
        eval = new Table(folder.resolve("eval.csv"), steps);
    }

    @Override
    public void step(StepReport step) throws IOException {
        train.add(step.step(), step.epoch(), step.values());
    }

    @Override
    public void evaluation(int step, double epoch, Map<String, Double> metrics) throws IOException {
        eval.add(step, epoch, metrics);
    }

    @Override
    public void close() throws IOException {
        try (eval) {
            train.close();
        }
    }

    /** A table whose first column is the step; its other columns are those of its first row. */
    private static final class Table implements AutoCloseable {

        private final CSVPrinter printer;
        private boolean hasHeader;

        Table(Path file, int steps) throws IOException {
            List<List<String>> kept = steps == 0 ? List.of() : upTo(steps, file);
            Writer writer =
                    Files.newBufferedWriter(
                            file,
                            StandardCharsets.UTF_8,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE);
            printer = new CSVPrinter(writer, FORMAT);
            printer.printRecords(kept);
            hasHeader = !kept.isEmpty();
        }

        /** Reads the header and the rows up to a step; a line that was cut off is left out. */
        private static List<List<String>> upTo(int steps, Path file) throws IOException {
            List<List<String>> rows = new ArrayList<>();
            if (Files.exists(file)) {
                try (CSVParser parser = CSVParser.parse(file, StandardCharsets.UTF_8, FORMAT)) {
                    for (CSVRecord row : parser) {
                        boolean isWhole = rows.isEmpty() || row.size() == rows.get(0).size();
                        if (isWhole && (rows.isEmpty() || step(row) <= steps)) {
                            rows.add(row.toList());
                        }
                    }
                }
            }
            return rows;
        }

        private static int step(CSVRecord row) {
            try {
                return Integer.parseInt(row.get(0));
            } catch (NumberFormatException e) {
                return Integer.MAX_VALUE;
            }
        }

        void add(int step, double epoch, Map<String, ? extends Number> values) throws IOException {
            if (!hasHeader) {
                List<String> names = new ArrayList<>(List.of("step", "epoch"));
                names.addAll(values.keySet());
                printer.printRecord(names);
                hasHeader = true;
            }
            List<Object> row = new ArrayList<>(List.of(step, epoch));
            row.addAll(values.values());
            printer.printRecord(row);
            printer.flush();
        }

        @Override
        public void close() throws IOException {
            printer.close(true);
        }
    }
}
