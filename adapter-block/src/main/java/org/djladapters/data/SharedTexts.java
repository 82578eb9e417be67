/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Finds the rows that share a text, directly or through rows in between. */
final class SharedTexts {

    /** The number of every row, or of an earlier row of its group. */
    private final int[] earlier;

    private SharedTexts(int rows) {
        earlier = IntStream.range(0, rows).toArray();
    }

    /**
     * Groups rows.
     *
     * @return the first row of its group for every row
     */
    static int[] firstRows(List<List<String>> texts) {
        SharedTexts groups = new SharedTexts(texts.size());
        Map<String, Integer> rows = new HashMap<>();
        for (int row = 0; row < texts.size(); row++) {
            for (String text : texts.get(row)) {
                Integer other = rows.putIfAbsent(text, row);
                if (other != null) {
                    groups.join(other, row);
                }
            }
        }
        return IntStream.range(0, texts.size()).map(groups::first).toArray();
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
