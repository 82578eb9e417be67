/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How well passages are ranked for queries: the means over all queries of
 *
 * <ul>
 *   <li>{@code mrr@10}: 1 / r with the rank r of the first relevant passage, 0 if that is beyond
 *       10.
 *   <li>{@code recall@1}, {@code recall@10}: the share of the relevant passages that are among the
 *       first 1 or 10.
 *   <li>{@code ndcg@10}: \(\sum_i g_i / \log_2(1 + r_i)\) over the relevant passages of ranks
 *       r<sub>i</sub> up to 10, whose scores are g<sub>i</sub>, over the same of the best ranking.
 *   <li>{@code map}: the mean of i / r<sub>i</sub> over all relevant passages, r<sub>i</sub> being
 *       the rank of the i-th of them.
 * </ul>
 *
 * <p>Ranks count from 1. Of equal similarities those of passages that are not relevant come first,
 * so that equal vectors find nothing.
 */
final class RetrievalMetrics {

    private static final int DEPTH = 10;

    private double reciprocalRank;
    private double recall1;
    private double recall10;
    private double ndcg;
    private double averagePrecision;
    private final List<Integer> firstRanks = new ArrayList<>();

    /**
     * Adds a query.
     *
     * @param relevant the scores of relevant passages by their place, at least one
     */
    void add(float[] similarities, Map<Integer, Double> relevant) {
        int[] places = relevant.keySet().stream().mapToInt(Integer::intValue).toArray();
        int[] ranks = new int[places.length];
        double[] gains = new double[places.length];
        for (int i = 0; i < places.length; i++) {
            ranks[i] = rank(similarities, places[i], relevant);
            gains[i] = relevant.get(places[i]);
        }
        add(ranks, gains);
    }

    private static int rank(float[] similarities, int place, Map<Integer, Double> relevant) {
        float own = similarities[place];
        int rank = 1;
        for (int other = 0; other < similarities.length; other++) {
            boolean ahead = similarities[other] > own;
            if (similarities[other] == own && other != place) {
                ahead = !relevant.containsKey(other) || other < place;
            }
            if (ahead) {
                rank++;
            }
        }
        return rank;
    }

    /** Adds a query by the ranks and scores of its relevant passages. */
    private void add(int[] ranks, double[] gains) {
        int[] ascending = ranks.clone();
        Arrays.sort(ascending);
        firstRanks.add(ascending[0]);
        reciprocalRank += ascending[0] <= DEPTH ? 1.0 / ascending[0] : 0;
        recall1 += within(ascending, 1);
        recall10 += within(ascending, DEPTH);
        double precision = 0;
        for (int i = 0; i < ascending.length; i++) {
            precision += (i + 1.0) / ascending[i];
        }
        averagePrecision += precision / ascending.length;
        ndcg += gain(ranks, gains) / gain(bestRanks(gains), gains);
    }

    private static double within(int[] ranks, int depth) {
        return (double) Arrays.stream(ranks).filter(rank -> rank <= depth).count() / ranks.length;
    }

    private static double gain(int[] ranks, double[] gains) {
        double sum = 0;
        for (int i = 0; i < ranks.length; i++) {
            sum += ranks[i] <= DEPTH ? gains[i] * Math.log(2) / Math.log1p(ranks[i]) : 0;
        }
        return sum;
    }

    private static int[] bestRanks(double[] gains) {
        int[] ranks = new int[gains.length];
        for (int i = 0; i < gains.length; i++) {
            ranks[i] = 1;
            for (int other = 0; other < gains.length; other++) {
                if (gains[other] > gains[i] || (gains[other] == gains[i] && other < i)) {
                    ranks[i]++;
                }
            }
        }
        return ranks;
    }

    /** Returns the rank of the first relevant passage of every query. */
    double[] firstRanks() {
        return firstRanks.stream().mapToDouble(Integer::doubleValue).toArray();
    }

    /** Returns the means over the queries, by name. */
    Map<String, Double> means() {
        int queries = firstRanks.size();
        Map<String, Double> means = new LinkedHashMap<>();
        means.put("mrr@10", reciprocalRank / queries);
        means.put("recall@1", recall1 / queries);
        means.put("recall@10", recall10 / queries);
        means.put("ndcg@10", ndcg / queries);
        means.put("map", averagePrecision / queries);
        return means;
    }
}
