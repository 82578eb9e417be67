/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.djladapters.examples.prediction.TextRow;
import org.djladapters.io.Failures;

/**
 * The rows of a partition in their order, each with the columns of its prediction. Rows are
 * gathered some at a time; those of one adapter go through the model together, short texts with
 * short ones.
 */
final class PredictedRows implements Iterator<Row> {

    private final RowPrediction work;
    private final Iterator<Row> rows;
    private final NamedAdapters adapters;
    private final Queue<Row> ready = new ArrayDeque<>();

    /** The values of a row without prediction. */
    private final List<Object> nothing;

    /** A row that is gathered. */
    private static final class Gathered {

        private final Row row;
        private final TextRow text;
        private Object prediction;
        private String error;

        private Gathered(Row row, TextRow text) {
            this.row = row;
            this.text = text;
        }

        private int length() {
            return text.length();
        }
    }

    /**
     * Prepares predictions within a task.
     *
     * @param work what is to be done
     * @param rows the rows of the partition
     * @throws IOException if the model can't be opened
     */
    PredictedRows(RowPrediction work, Iterator<Row> rows) throws IOException {
        this.work = work;
        this.rows = rows;
        nothing = Collections.nCopies(work.use().task().columns("", "").size(), null);
        adapters = new NamedAdapters(SharedModel.open(work.model(), work.precision()), work);
    }

    @Override
    public boolean hasNext() {
        return !ready.isEmpty() || rows.hasNext();
    }

    @Override
    public Row next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        if (ready.isEmpty()) {
            predict();
        }
        return ready.remove();
    }

    private void predict() {
        List<Gathered> gathered = new ArrayList<>(work.batchSize());
        Map<String, List<Gathered>> groups = new LinkedHashMap<>();
        while (rows.hasNext() && gathered.size() < work.batchSize()) {
            Row row = rows.next();
            Gathered next = new Gathered(row, text(row));
            gathered.add(next);
            if (next.text != null) {
                groups.computeIfAbsent(adapter(row), name -> new ArrayList<>()).add(next);
            }
        }
        groups.forEach(this::predict);
        gathered.forEach(row -> ready.add(finished(row)));
    }

    /** Returns what is predicted from; null if the row has no text. */
    private TextRow text(Row row) {
        String text = row.getString(work.textColumn());
        String pair = work.use().pairs() ? row.getString(work.pairColumn()) : "";
        if (text == null || text.isBlank() || pair == null) {
            return null;
        }
        return new TextRow("", text, work.use().pairs() ? Optional.of(pair) : Optional.empty());
    }

    private String adapter(Row row) {
        String name = work.adapterColumn() < 0 ? null : row.getString(work.adapterColumn());
        return name == null ? "" : name;
    }

    private void predict(String adapter, List<Gathered> group) {
        group.sort(Comparator.comparingInt(Gathered::length));
        NamedAdapters.Lease lease;
        try {
            lease = adapters.lease(adapter);
        } catch (IOException | RuntimeException e) {
            fail(adapter, "can't be used", group, e);
            return;
        }
        try (lease) {
            predict(adapter, lease.predictor(), group);
        }
    }

    private void predict(String adapter, RowPredictor predictor, List<Gathered> group) {
        try {
            List<?> predictions = predictor.predict(group.stream().map(row -> row.text).toList());
            for (int i = 0; i < predictions.size(); i++) {
                group.get(i).prediction = predictions.get(i);
            }
        } catch (TranslateException | RuntimeException e) {
            if (work.namesErrors() && group.size() > 1) {
                group.forEach(row -> predict(adapter, predictor, List.of(row)));
            } else {
                fail(adapter, "can't predict", group, e);
            }
        }
    }

    private void fail(String adapter, String problem, List<Gathered> group, Exception reason) {
        String message =
                "%s %s for %s: %s"
                        .formatted(
                                adapter.isEmpty() ? "The base model" : "Adapter '" + adapter + "'",
                                problem,
                                work.use().task().word(),
                                Failures.reason(reason));
        if (!work.namesErrors()) {
            throw new IllegalArgumentException(message, reason);
        }
        group.forEach(row -> row.error = message);
    }

    private Row finished(Gathered gathered) {
        List<Object> cells = new ArrayList<>();
        for (int i = 0; i < gathered.row.size(); i++) {
            cells.add(gathered.row.get(i));
        }
        cells.addAll(
                gathered.prediction == null
                        ? nothing
                        : work.use().task().values(gathered.prediction));
        if (work.namesErrors()) {
            cells.add(gathered.error);
        }
        return RowFactory.create(cells.toArray());
    }
}
