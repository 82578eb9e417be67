/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import java.io.Serializable;

/**
 * The work of an {@link AdapterTransformer} as its tasks get it.
 *
 * @param model where the model is
 * @param precision the type in which it computes
 * @param adapters the folder of the adapters; null if there is none
 * @param maxAdapters how many adapters a process keeps in memory
 * @param use what is predicted
 * @param batchSize how many rows are gathered at a time
 * @param textColumn the number of the column of texts
 * @param pairColumn the number of the column of the second texts; -1 if there is none
 * @param adapterColumn the number of the column that names adapters; -1 if there is none
 * @param namesErrors whether a last column tells what is wrong with a row, which is thrown else
 */
record RowPrediction(
        String model,
        String precision,
        String adapters,
        int maxAdapters,
        Use use,
        int batchSize,
        int textColumn,
        int pairColumn,
        int adapterColumn,
        boolean namesErrors)
        implements Serializable {

    /**
     * What is predicted.
     *
     * @param task the task
     * @param pairs whether inputs are pairs of texts
     * @param prompt the prompt of texts that are embedded, by its name or itself; null for the
     *     model's own
     */
    record Use(RowTask task, boolean pairs, String prompt) implements Serializable {}
}
