/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.djladapters.io.Internal;

/**
 * Vectors that do not change in training, among which the text of every row is to find its own. A
 * batch sees all of them, or, if they are more than {@link #MOST}, those of its rows and others
 * that are drawn for it.
 *
 * @param values the numbers of all vectors, end to end
 * @param width the number of numbers of a vector
 * @param own the place of every row's own vector
 * @param negatives for every row the places of the negatives that the data give it
 * @param excluded for every row the places of vectors that are no negatives of it, without its own
 * @param before the vectors that the rows' texts have before training, end to end; zeros where they
 *     do not count
 */
@Internal
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Candidates(
        float[] values,
        int width,
        int[] own,
        List<int[]> negatives,
        List<int[]> excluded,
        float[] before) {

    /** The number of vectors that a batch sees, 25 MB of 384 numbers each. */
    public static final int MOST = 16_384;

    /**
     * Creates the arrays of a batch: the candidates, float32 (M, width); the places of the rows'
     * own ones, int64 (B); which are left out, bool (B, M); the rows' vectors before training,
     * float32 (B, width).
     */
    NDList arrays(NDManager manager, int[] rows) {
        int count = values.length / width;
        boolean all = count <= MOST;
        int[] seen = all ? IntStream.range(0, count).toArray() : drawn(rows, count);
        long[] places = new long[rows.length];
        boolean[] left = new boolean[rows.length * seen.length];
        for (int i = 0; i < rows.length; i++) {
            places[i] = Arrays.binarySearch(seen, own[rows[i]]);
            for (int place : excluded.get(rows[i])) {
                int at = Arrays.binarySearch(seen, place);
                if (at >= 0) {
                    left[i * seen.length + at] = true;
                }
            }
        }
        return new NDList(
                manager.create(all ? values : picked(values, seen), new Shape(seen.length, width)),
                manager.create(places),
                manager.create(left, new Shape(rows.length, seen.length)),
                manager.create(picked(before, rows), new Shape(rows.length, width)));
    }

    /** Draws the places of the vectors that a batch sees, those of its rows first; ascending. */
    private int[] drawn(int[] rows, int count) {
        // the same for the same batch, so that a run that is resumed sees the same
        Random random = new Random(Arrays.hashCode(rows));
        IntStream given =
                IntStream.concat(
                        Arrays.stream(rows).map(row -> own[row]),
                        Arrays.stream(rows).flatMap(row -> Arrays.stream(negatives.get(row))));
        return IntStream.concat(given, IntStream.generate(() -> random.nextInt(count)))
                .distinct()
                .limit(MOST)
                .sorted()
                .toArray();
    }

    private float[] picked(float[] from, int[] places) {
        float[] picked = new float[places.length * width];
        for (int i = 0; i < places.length; i++) {
            System.arraycopy(from, places[i] * width, picked, i * width, width);
        }
        return picked;
    }
}
