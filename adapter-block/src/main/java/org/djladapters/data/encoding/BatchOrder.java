/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Orders of examples in which batches have members of similar length.
 *
 * <p>A batch costs as much as its longest member times its size, so mixing lengths wastes time.
 */
public final class BatchOrder {

    /**
     * The number of batches within which lengths are sorted: enough for even batches, few enough
     * for a random order.
     */
    private static final int CHUNK = 50;

    private BatchOrder() {}

    /** Sorts all examples, the longest first; equally long ones keep their order. */
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
        Random random = random(seed, epoch);
        List<int[]> batches = slice(shuffledRows(lengths, batchSize, random), batchSize);
        Collections.shuffle(batches, random);
        return batches;
    }

    /**
     * Shuffles likewise, but no two members of a batch share a text. An example that does not fit
     * into a batch goes into the next one where it does; the last batches may be smaller.
     *
     * @param texts the texts of every example, as numbers that equal texts have in common
     */
    public static List<int[]> shuffledDistinct(
            int[] lengths, List<int[]> texts, int batchSize, long seed, int epoch) {
        Random random = random(seed, epoch);
        List<int[]> batches = new ArrayList<>();
        Deque<Integer> rows = new ArrayDeque<>(shuffledRows(lengths, batchSize, random));
        while (!rows.isEmpty()) {
            batches.add(distinct(rows, texts, batchSize));
        }
        Collections.shuffle(batches, random);
        return batches;
    }

    /** Takes a batch; examples that do not fit into it go back to the front. */
    private static int[] distinct(Deque<Integer> rows, List<int[]> texts, int batchSize) {
        List<Integer> batch = new ArrayList<>();
        Deque<Integer> waiting = new ArrayDeque<>();
        Set<Integer> used = new HashSet<>();
        while (batch.size() < batchSize && !rows.isEmpty()) {
            int row = rows.removeFirst();
            List<Integer> own = Arrays.stream(texts.get(row)).boxed().toList();
            if (Collections.disjoint(own, used)) {
                batch.add(row);
                used.addAll(own);
            } else {
                waiting.addFirst(row);
            }
        }
        waiting.forEach(rows::addFirst);
        return batch.stream().mapToInt(Integer::intValue).toArray();
    }

    private static Random random(long seed, int epoch) {
        // The golden ratio's bits keep neighbouring seeds and epochs apart.
        return new Random(seed + epoch * 0x9E3779B97F4A7C15L);
    }

    /** Shuffles the examples and sorts them by length within chunks of some batches. */
    private static List<Integer> shuffledRows(int[] lengths, int batchSize, Random random) {
        List<Integer> rows = new ArrayList<>(IntStream.range(0, lengths.length).boxed().toList());
        Collections.shuffle(rows, random);
        for (List<Integer> chunk : chunks(rows, (long) CHUNK * batchSize)) {
            sortByLength(chunk, lengths);
        }
        return rows;
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
