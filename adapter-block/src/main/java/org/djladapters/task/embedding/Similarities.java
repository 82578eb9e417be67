/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.djladapters.model.AdaptedModel;

/** Cosines of embeddings. */
public final class Similarities {

    /** How many cosines are in memory at once: 16 MB. */
    private static final int BLOCK = 1 << 22;

    private Similarities() {}

    /** Takes the cosines of a query to all passages. */
    @FunctionalInterface
    public interface RowConsumer {
        void accept(int query, float[] cosines);
    }

    /**
     * Computes the cosines of queries to all passages, as products of blocks of queries.
     *
     * @param queries of shape (q, d)
     * @param passages of shape (n, d)
     * @param consumer takes the n cosines of every query, in order
     */
    public static void forEachRow(NDArray queries, NDArray passages, RowConsumer consumer) {
        int count = (int) queries.getShape().get(0);
        int width = (int) passages.getShape().get(0);
        int height = Math.max(1, BLOCK / width);
        try (NDManager all = queries.getManager().newSubManager()) {
            NDArray columns = unit(passages, all).transpose();
            columns.attach(all);
            for (int start = 0; start < count; start += height) {
                try (NDManager scope = all.newSubManager()) {
                    int end = Math.min(count, start + height);
                    NDArray block = queries.get(new NDIndex("{}:{}", start, end));
                    block.attach(scope);
                    float[] cosines = unit(block, scope).matMul(columns).toFloatArray();
                    for (int row = 0; row < end - start; row++) {
                        int at = row * width;
                        consumer.accept(start + row, Arrays.copyOfRange(cosines, at, at + width));
                    }
                }
            }
        }
    }

    /** Computes the same of rows in Java's memory, end to end, on the device of a model. */
    static void forEachRow(
            AdaptedModel model,
            float[] queries,
            float[] passages,
            int width,
            RowConsumer consumer) {
        try (NDManager scope = model.model().getNDManager().newSubManager()) {
            forEachRow(
                    scope.create(queries, new Shape(queries.length / width, width)),
                    scope.create(passages, new Shape(passages.length / width, width)),
                    consumer);
        }
    }

    private static NDArray unit(NDArray rows, NDManager owner) {
        try (NDManager scope = owner.newSubManager()) {
            NDArray norm = rows.norm(new int[] {1}, true);
            norm.attach(scope);
            NDArray unit = rows.div(norm);
            unit.attach(owner);
            return unit;
        }
    }

    /**
     * Computes the cosine of two rows.
     *
     * @param rows rows of the same width, end to end
     */
    public static double cosine(float[] rows, int first, int second, int width) {
        return cosine(rows, first * width, rows, second * width, width);
    }

    /** Computes the cosine of two vectors of the same width; 0 if one of them is zeros. */
    static float cosine(float[] first, float[] second) {
        double cosine = cosine(first, 0, second, 0, first.length);
        return Double.isNaN(cosine) ? 0 : (float) cosine;
    }

    private static double cosine(float[] some, int from, float[] others, int start, int width) {
        double dot = 0;
        double squareOfFirst = 0;
        double squareOfSecond = 0;
        for (int i = 0; i < width; i++) {
            double x = some[from + i];
            double y = others[start + i];
            dot += x * y;
            squareOfFirst += x * x;
            squareOfSecond += y * y;
        }
        return dot / Math.sqrt(squareOfFirst * squareOfSecond);
    }
}
