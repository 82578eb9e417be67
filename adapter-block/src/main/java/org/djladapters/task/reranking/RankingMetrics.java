/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.reranking;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * How well scores order the candidates of queries; the mean over queries, between 0 and 1.
 *
 * <ul>
 *   <li>{@code mrr@10}: one over the rank of the first relevant candidate, 0 if it is beyond 10. A
 *       candidate with a label greater than 0 is relevant.
 *   <li>{@code ndcg@10}: \(\sum_i l_i / \log_2(i + 1)\) over the labels l of the ten best in the
 *       order of the scores, divided by the same in the best order.
 *   <li>{@code map}: the mean over the relevant candidates of i / r<sub>i</sub>, r<sub>i</sub>
 *       being the rank of the i-th of them.
 * </ul>
 *
 * <p>A query whose candidates all have the same label is left out: there is nothing to order. Where
 * scores are equal, the less relevant candidate stands first, so that equal scores get no credit
 * for the order of the file.
 */
final class RankingMetrics {

    /** The names, the default first. */
    static final List<String> NAMES = List.of("mrr@10", "ndcg@10", "map");

    private static final int DEPTH = 10;

    private RankingMetrics() {}

    /**
     * A candidate of a query.
     *
     * @param label how relevant it is, from 0 on
     */
    record Candidate(double label, double score) {}

    /**
     * Computes the metrics, for queries that {@linkplain #canOrder can be ordered}.
     *
     * @param scores the score of each, finite
     */
    static Map<String, Double> of(List<String> queries, double[] labels, double[] scores) {
        Collection<List<Candidate>> candidates = candidates(queries, labels, scores);
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("mrr@10", mean(candidates, RankingMetrics::reciprocalRank));
        metrics.put("ndcg@10", mean(candidates, RankingMetrics::gain));
        metrics.put("map", mean(candidates, RankingMetrics::precision));
        return Collections.unmodifiableMap(metrics);
    }

    /** Computes the rank of the first relevant candidate of each query, from 1. */
    static double[] ranks(List<String> queries, double[] labels, double[] scores) {
        return candidates(queries, labels, scores).stream()
                .mapToDouble(of -> firstRelevant(ranked(of)))
                .toArray();
    }

    /** Returns the candidates of each query whose labels differ. */
    private static Collection<List<Candidate>> candidates(
            List<String> queries, double[] labels, double[] scores) {
        Map<String, List<Candidate>> candidates = new LinkedHashMap<>();
        for (int i = 0; i < labels.length; i++) {
            candidates
                    .computeIfAbsent(queries.get(i), query -> new ArrayList<>())
                    .add(new Candidate(labels[i], scores[i]));
        }
        candidates.values().removeIf(of -> !canOrder(of));
        return candidates.values();
    }

    /** Tells whether there is something to order for any query. */
    static boolean canOrder(List<String> queries, double[] labels) {
        Map<String, Double> first = new HashMap<>();
        for (int i = 0; i < labels.length; i++) {
            Double before = first.putIfAbsent(queries.get(i), labels[i]);
            if (before != null && before != labels[i]) {
                return true;
            }
        }
        return false;
    }

    private static boolean canOrder(List<Candidate> candidates) {
        return candidates.stream().map(Candidate::label).distinct().count() > 1;
    }

    private static double mean(
            Collection<List<Candidate>> queries, ToDoubleFunction<double[]> metric) {
        return queries.stream()
                .mapToDouble(candidates -> metric.applyAsDouble(ranked(candidates)))
                .average()
                .orElseThrow();
    }

    /** Returns the labels in the order of the scores. */
    private static double[] ranked(List<Candidate> candidates) {
        return candidates.stream()
                .sorted(
                        Comparator.comparingDouble(Candidate::score)
                                .reversed()
                                .thenComparingDouble(Candidate::label))
                .mapToDouble(Candidate::label)
                .toArray();
    }

    private static double reciprocalRank(double[] ranked) {
        int rank = firstRelevant(ranked);
        return rank <= DEPTH ? 1.0 / rank : 0;
    }

    /**
     * Returns the rank of the first relevant candidate; there is one, since labels differ and none
     * is negative.
     */
    private static int firstRelevant(double[] ranked) {
        int rank = 1;
        while (ranked[rank - 1] <= 0) {
            rank++;
        }
        return rank;
    }

    private static double precision(double[] ranked) {
        int found = 0;
        double sum = 0;
        for (int i = 0; i < ranked.length; i++) {
            if (ranked[i] > 0) {
                found++;
                sum += (double) found / (i + 1);
            }
        }
        return sum / found;
    }

    private static double gain(double[] ranked) {
        double[] best = ranked.clone();
        Arrays.sort(best);
        for (int i = 0; i < best.length / 2; i++) {
            double swapped = best[i];
            best[i] = best[best.length - 1 - i];
            best[best.length - 1 - i] = swapped;
        }
        return discounted(ranked) / discounted(best);
    }

    private static double discounted(double[] labels) {
        double sum = 0;
        for (int i = 0; i < Math.min(DEPTH, labels.length); i++) {
            sum += labels[i] * Math.log(2) / Math.log(i + 2);
        }
        return sum;
    }
}
