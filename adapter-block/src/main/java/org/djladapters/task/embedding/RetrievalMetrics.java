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
 * <p>For any other depth k likewise, and
 *
 * <ul>
 *   <li>{@code accuracy@k}: 1 if a relevant passage is among the first k, else 0.
 *   <li>{@code precision@k}: the share of the first k that are relevant.
 *   <li>{@code map@k}: the sum of i / r<sub>i</sub> over the ranks up to k, over the smaller of k
 *       and the number of relevant passages.
 * </ul>
 *
 * <p>Ranks count from 1. Of equal similarities those of passages that are not relevant come first,
 * so that equal vectors find nothing. With scores of 1 these are the metrics of
 * sentence-transformers' {@code InformationRetrievalEvaluator}.
 */
public final class RetrievalMetrics {

    /** The column of the ranks of first relevant passages. */
    public static final String RANK = "rank";

    /** The columns of the places of the passages of ranks 1, 2 and 3; -1 where there are fewer. */
    public static final List<String> PLACES = List.of("place@1", "place@2", "place@3");

    /** The depths k at which the columns have {@code recall@k}, whatever is measured. */
    public static final List<Integer> CURVE = List.of(1, 2, 3, 5, 10, 20, 50, 100);

    private static final int DEPTH = 10;

    private final Map<String, List<Double>> found = new LinkedHashMap<>();
    private final Map<String, List<Double>> others = new LinkedHashMap<>();
    private final List<Integer> depths;

    /**
     * Begins without queries; the metrics of some depths are added to those that are always told.
     */
    public RetrievalMetrics(List<Integer> depths) {
        this.depths = depths;
        metrics(new int[0], new double[0]) // the names in their order
                .keySet()
                .forEach(name -> found.put(name, new ArrayList<>()));
        others.put(RANK, new ArrayList<>());
        CURVE.forEach(k -> others.put("recall@" + k, new ArrayList<>()));
        PLACES.forEach(name -> others.put(name, new ArrayList<>()));
    }

    /**
     * Adds a query.
     *
     * @param relevant the scores of relevant passages by their place, at least one
     * @throws ArithmeticException if a similarity is NaN, which is neither ahead of others nor
     *     behind them
     */
    public void add(float[] similarities, Map<Integer, Double> relevant) {
        for (int place = 0; place < similarities.length; place++) {
            if (Float.isNaN(similarities[place])) {
                throw new ArithmeticException(
                        "The similarity of a query to passage %d is not a number, as if a vector were all zeros; embed the texts again"
                                .formatted(place));
            }
        }
        int[] places = relevant.keySet().stream().mapToInt(Integer::intValue).toArray();
        int[] ranks = new int[places.length];
        double[] gains = new double[places.length];
        for (int i = 0; i < places.length; i++) {
            ranks[i] = rank(similarities, places[i], relevant);
            gains[i] = relevant.get(places[i]);
        }
        metrics(ranks, gains).forEach((name, value) -> found.get(name).add(value));
        others.get(RANK).add((double) Arrays.stream(ranks).min().orElseThrow());
        CURVE.forEach(k -> others.get("recall@" + k).add(recall(ranks, k)));
        int[] nearest = nearest(similarities, relevant);
        for (int i = 0; i < nearest.length; i++) {
            others.get(PLACES.get(i)).add((double) nearest[i]);
        }
    }

    private static int rank(float[] similarities, int place, Map<Integer, Double> relevant) {
        int rank = 1;
        for (int other = 0; other < similarities.length; other++) {
            if (isAhead(other, place, similarities, relevant)) {
                rank++;
            }
        }
        return rank;
    }

    private static boolean isAhead(
            int one, int other, float[] similarities, Map<Integer, Double> relevant) {
        if (similarities[one] != similarities[other] || one == other) {
            return similarities[one] > similarities[other];
        }
        boolean right = relevant.containsKey(one);
        return right == relevant.containsKey(other) ? one < other : !right;
    }

    /** Finds the places of the passages that are ranked first. */
    private static int[] nearest(float[] similarities, Map<Integer, Double> relevant) {
        int[] nearest = new int[PLACES.size()];
        Arrays.fill(nearest, -1);
        for (int place = 0; place < similarities.length; place++) {
            int rank = nearest.length;
            while (rank > 0
                    && (nearest[rank - 1] < 0
                            || isAhead(place, nearest[rank - 1], similarities, relevant))) {
                if (rank < nearest.length) {
                    nearest[rank] = nearest[rank - 1];
                }
                rank--;
            }
            if (rank < nearest.length) {
                nearest[rank] = place;
            }
        }
        return nearest;
    }

    /** Computes the metrics of a query by the ranks and scores of its relevant passages. */
    private Map<String, Double> metrics(int[] ranks, double[] gains) {
        int[] ascending = ranks.clone();
        Arrays.sort(ascending);
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("mrr@10", reciprocalRank(ascending, DEPTH));
        metrics.put("recall@1", recall(ascending, 1));
        metrics.put("recall@10", recall(ascending, DEPTH));
        metrics.put("ndcg@10", gain(ranks, gains, DEPTH));
        metrics.put("map", precisions(ascending, Integer.MAX_VALUE) / Math.max(1, ranks.length));
        for (int k : depths) {
            long hits = hits(ascending, k);
            metrics.put("accuracy@" + k, hits > 0 ? 1.0 : 0);
            metrics.put("precision@" + k, (double) hits / k);
            metrics.put("recall@" + k, recall(ascending, k));
            metrics.put("ndcg@" + k, gain(ranks, gains, k));
            metrics.put("mrr@" + k, reciprocalRank(ascending, k));
            metrics.put(
                    "map@" + k, precisions(ascending, k) / Math.max(1, Math.min(ranks.length, k)));
        }
        return metrics;
    }

    private static double reciprocalRank(int[] ascending, int depth) {
        return hits(ascending, depth) > 0 ? 1.0 / ascending[0] : 0;
    }

    private static double recall(int[] ranks, int depth) {
        return (double) hits(ranks, depth) / Math.max(1, ranks.length);
    }

    private static long hits(int[] ranks, int depth) {
        return Arrays.stream(ranks).filter(rank -> rank <= depth).count();
    }

    /** Sums the precisions at the ranks of relevant passages up to a depth. */
    private static double precisions(int[] ascending, int depth) {
        double sum = 0;
        long hits = hits(ascending, depth);
        for (int i = 0; i < hits; i++) {
            sum += (i + 1.0) / ascending[i];
        }
        return sum;
    }

    private static double gain(int[] ranks, double[] gains, int depth) {
        return ranks.length == 0
                ? 0
                : discounted(ranks, gains, depth) / discounted(bestRanks(gains), gains, depth);
    }

    private static double discounted(int[] ranks, double[] gains, int depth) {
        double sum = 0;
        for (int i = 0; i < ranks.length; i++) {
            sum += ranks[i] <= depth ? gains[i] * Math.log(2) / Math.log1p(ranks[i]) : 0;
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

    /**
     * Returns a number for every query: {@code rank}, of the first relevant passage, the metrics,
     * the recalls of the {@link #CURVE}, and the {@link #PLACES} of the passages found first.
     */
    Map<String, double[]> columns() {
        Map<String, double[]> columns = new LinkedHashMap<>();
        others.forEach((name, values) -> columns.put(name, array(values)));
        found.forEach((name, values) -> columns.put(name, array(values)));
        return columns;
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** Returns the means over the queries, by name. */
    public Map<String, Double> means() {
        Map<String, Double> means = new LinkedHashMap<>();
        found.forEach((name, values) -> means.put(name, mean(values)));
        return means;
    }

    private static double mean(List<Double> values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.size();
    }
}
