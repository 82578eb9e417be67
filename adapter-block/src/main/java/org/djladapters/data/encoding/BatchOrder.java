/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Orders of examples in which batches have members of similar length.
 *
 * <p>A batch costs as much as its longest member times its size, so mixing lengths wastes time.
 */
public final class BatchOrder {

    /**
     * Among how many batches lengths are sorted: enough for even batches, few enough for chance.
     */
    private static final int CHUNK = 50;

    private BatchOrder() {}

    /** Sorts everything, longest first, equally long examples as they come. */
    public static List<int[]> byLength(int[] lengths, int batchSize) {
        List<Integer> rows = new ArrayList<>(IntStream.range(0, lengths.length).boxed().toList());
        sortByLength(rows, lengths);
        return slice(rows, batchSize);
    }

    /**
     * Shuffles the examples, sorts them by length within chunks of some batches, cuts batches and
     * shuffles those.
     */
    public static List<int[]> shuffled(int[] lengths, int batchSize, long seed, int epoch) {
        // The golden ratio's bits keep neighbouring seeds and epochs apart.
        Random random = new Random(seed + epoch * 0x9E3779B97F4A7C15L);
        List<Integer> rows = new ArrayList<>(IntStream.range(0, lengths.length).boxed().toList());
        Collections.shuffle(rows, random);
        for (List<Integer> chunk : chunks(rows, (long) CHUNK * batchSize)) {
            sortByLength(chunk, lengths);
        }
        List<int[]> batches = slice(rows, batchSize);
        Collections.shuffle(batches, random);
        return batches;
    }

    private static void sortByLength(List<Integer> rows, int[] lengths) {
        rows.sort(Comparator.comparingInt((Integer row) -> lengths[row]).reversed());
    }

    private static List<int[]> slice(List<Integer> rows, int batchSize) {
        List<int[]> batches = new ArrayList<>();
        for (List<Integer> batch : chunks(rows, batchSize)) {
            batches.add(batch.stream().mapToInt(Integer::intValue).toArray());
        }
        return batches;
    }

    /** Cuts a list into views of equal size; the last may be smaller. */
    private static List<List<Integer>> chunks(List<Integer> rows, long size) {
        List<List<Integer>> chunks = new ArrayList<>();
        for (long start = 0; start < rows.size(); start += size) {
            chunks.add(rows.subList((int) start, (int) Math.min(rows.size(), start + size)));
        }
        return chunks;
    }
}
