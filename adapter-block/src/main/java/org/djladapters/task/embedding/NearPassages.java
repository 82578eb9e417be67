/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.IntStream;
import org.djladapters.data.MinedNegatives;
import org.djladapters.data.PairData;
import org.djladapters.data.RetrievalData;
import org.djladapters.task.metric.EvaluationListener;

/** Passages that are near a query and not relevant to it. */
public final class NearPassages {

    /** How many of the nearest passages negatives are drawn from. */
    private static final int COUNT = 50;

    private NearPassages() {}

    /**
     * Returns the nearest passages that are not relevant, the nearest first.
     *
     * @param cosines of the query to all passages
     * @param relevant the places of the relevant ones
     * @param count how many are returned at most
     */
    public static int[] of(float[] cosines, Set<Integer> relevant, int count) {
        Comparator<Integer> nearestLast =
                Comparator.<Integer>comparingDouble(passage -> cosines[passage])
                        .thenComparing(Comparator.reverseOrder());
        PriorityQueue<Integer> nearest = new PriorityQueue<>(nearestLast);
        for (int passage = 0; passage < cosines.length; passage++) {
            // nearly all passages of a large corpus end here; of equal ones the first are kept
            boolean near = nearest.size() < count || cosines[passage] > cosines[nearest.element()];
            if (near && !relevant.contains(passage)) {
                nearest.add(passage);
                if (nearest.size() > count) {
                    nearest.remove();
                }
            }
        }
        return nearest.stream()
                .sorted(nearestLast.reversed())
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /**
     * Finds those of all pairs with the model of a measure as it is now.
     *
     * @param margin how far the cosine of a passage must be below that of the relevant one
     */
    static MinedNegatives mine(EmbeddingMeasure measure, PairData pairs, double margin)
            throws IOException {
        RetrievalData data = RetrievalData.of(pairs);
        Map<String, Integer> rowOf = new HashMap<>();
        Map<String, List<Integer>> rowsOf = new HashMap<>();
        for (int row = 0; row < pairs.size(); row++) {
            rowOf.putIfAbsent(pairs.rows().get(row).second(), row);
            rowsOf.computeIfAbsent(pairs.rows().get(row).first(), added -> new ArrayList<>())
                    .add(row);
        }
        int[] rowOfPassage = data.passages().stream().mapToInt(rowOf::get).toArray();
        Map<Integer, Integer> passageOfRow = new HashMap<>();
        IntStream.range(0, rowOfPassage.length)
                .forEach(passage -> passageOfRow.put(rowOfPassage[passage], passage));
        int[][] relevant = new int[pairs.size()][];
        int[][] nearest = new int[pairs.size()][];
        measure.search(
                data,
                new EvaluationListener() {},
                (place, cosines) -> {
                    RetrievalData.Query query = data.queries().get(place);
                    Set<Integer> right = query.relevant().keySet();
                    int[] near = of(cosines, right, COUNT);
                    for (int row : rowsOf.get(query.text())) {
                        int own = rowOf.get(pairs.rows().get(row).second());
                        double limit = cosines[passageOfRow.get(own)] - margin;
                        nearest[row] =
                                IntStream.of(near)
                                        .filter(passage -> cosines[passage] <= limit)
                                        .map(passage -> rowOfPassage[passage])
                                        .toArray();
                        relevant[row] =
                                right.stream().mapToInt(passage -> rowOfPassage[passage]).toArray();
                    }
                });
        return new MinedNegatives(rowOfPassage, relevant, nearest);
    }
}
