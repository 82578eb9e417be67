/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.djladapters.io.Internal;

/**
 * Passages that a model finds near queries though they are not relevant: each row of a batch gets
 * one as a negative. A passage is named by a row that has it.
 *
 * @param passages all passages
 * @param relevant for every row the passages that are relevant to its query
 * @param nearest for every row the passages to draw from; may be none
 */
@Internal
@SuppressWarnings("ArrayRecordComponent") // never compared
public record MinedNegatives(int[] passages, int[][] relevant, int[][] nearest) {

    /**
     * Draws a passage for every row of a batch. The candidates of one row are those of all, so no
     * passage is drawn that is relevant to a query of the batch; a row without a near one gets any.
     *
     * @param rows the rows of the batch
     * @param passes how many passes went before
     * @return the passages; empty if every passage is relevant to a query of the batch
     */
    Optional<int[]> draw(int[] rows, int passes) {
        Set<Integer> excluded =
                Arrays.stream(rows)
                        .flatMap(row -> Arrays.stream(relevant[row]))
                        .boxed()
                        .collect(Collectors.toSet());
        int[] others = without(passages, excluded);
        if (others.length == 0) {
            return Optional.empty();
        }
        // the same for the same batch, so that a run that is resumed sees the same; the golden
        // ratio's bits keep neighbouring passes apart
        Random random = new Random(Arrays.hashCode(rows) + passes * 0x9E3779B97F4A7C15L);
        return Optional.of(
                IntStream.of(rows)
                        .map(row -> one(without(nearest[row], excluded), others, random))
                        .toArray());
    }

    private static int one(int[] near, int[] others, Random random) {
        int[] from = near.length > 0 ? near : others;
        return from[random.nextInt(from.length)];
    }

    private static int[] without(int[] passages, Set<Integer> excluded) {
        return Arrays.stream(passages).filter(passage -> !excluded.contains(passage)).toArray();
    }
}
