/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Finds the rows that share a text, directly or through rows in between. */
final class SharedTexts {

    /** The number of every row, or of an earlier row of its group. */
    private final int[] earlier;

    private SharedTexts(int rows) {
        earlier = IntStream.range(0, rows).toArray();
    }

    /**
     * Numbers texts; equal texts have the same number. They are told apart by 64 bits each, so that
     * millions of them need no memory: that two others have these in common is next to impossible,
     * and such rows would only be kept apart or together without need.
     *
     * @param texts returns the texts of a row
     * @return the numbers of the texts of every row, which are not negative and not all in use
     */
    static List<int[]> number(int rows, IntFunction<List<String>> texts) {
        List<long[]> hashes = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            hashes.add(texts.apply(row).stream().mapToLong(SharedTexts::hash).toArray());
        }
        long[] sorted = hashes.stream().flatMapToLong(LongStream::of).sorted().toArray();
        return hashes.stream()
                .map(row -> LongStream.of(row).mapToInt(h -> Arrays.binarySearch(sorted, h)))
                .map(IntStream::toArray)
                .toList();
    }

    /** Mixes each character into 64 bits, the last step of SplitMix64 (Steele et al., 2014). */
    private static long hash(String text) {
        long hash = text.length();
        for (int i = 0; i < text.length(); i++) {
            hash = (hash + text.charAt(i) + 1) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 32;
        }
        hash = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
        hash = (hash ^ (hash >>> 27)) * 0x94D049BB133111EBL;
        return hash ^ (hash >>> 31);
    }

    /**
     * Groups rows.
     *
     * @param texts returns the texts of a row
     * @return the first row of its group for every row
     */
    static int[] firstRows(int rows, IntFunction<List<String>> texts) {
        SharedTexts groups = new SharedTexts(rows);
        List<int[]> numbers = number(rows, texts);
        Map<Integer, Integer> owners = new HashMap<>();
        for (int row = 0; row < rows; row++) {
            for (int text : numbers.get(row)) {
                Integer other = owners.putIfAbsent(text, row);
                if (other != null) {
                    groups.join(other, row);
                }
            }
        }
        return IntStream.range(0, rows).map(groups::first).toArray();
    }

    private void join(int one, int other) {
        int first = first(one);
        int second = first(other);
        earlier[Math.max(first, second)] = Math.min(first, second);
    }

    private int first(int row) {
        int first = row;
        while (earlier[first] != first) {
            earlier[first] = earlier[earlier[first]]; // shortens later searches
            first = earlier[first];
        }
        return first;
    }
}
