/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.reranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankingMetricsTest {

    @Test
    void theFirstRelevantCandidateOfEveryQueryCounts() {
        // ranks of the relevant: 2 of query a, 1 and 3 of query b
        Map<String, Double> metrics =
                RankingMetrics.of(
                        List.of("a", "b", "a", "b", "a", "b"),
                        new double[] {0, 1, 1, 0, 0, 1},
                        new double[] {0.9, 0.8, 0.5, 0.3, 0.1, 0.2});

        assertThat(metrics).containsOnlyKeys("mrr@10", "ndcg@10", "map");
        assertThat(metrics.get("mrr@10")).isEqualTo((0.5 + 1) / 2);
        double a = 1 / log2(3);
        double b = (1 + 1 / log2(4)) / (1 + 1 / log2(3));
        assertThat(metrics.get("ndcg@10")).isCloseTo((a + b) / 2, within(1e-12));
    }

    @Test
    void everyQueryHasTheRankOfItsFirstRelevantCandidate() {
        double[] ranks =
                RankingMetrics.ranks(
                        List.of("a", "b", "a", "b", "a", "b", "nothing to order"),
                        new double[] {0, 1, 1, 0, 0, 1, 1},
                        new double[] {0.9, 0.8, 0.5, 0.3, 0.1, 0.2, 0.4});
        assertThat(ranks).containsExactly(2, 1);
    }

    /** The number is that of sklearn.metrics.ndcg_score with k = 10. */
    @Test
    void gradesWeighGains() {
        Map<String, Double> metrics =
                RankingMetrics.of(
                        Collections.nCopies(5, "q"),
                        new double[] {10, 0, 0, 1, 5},
                        new double[] {.1, .2, .3, 4, 70});

        assertThat(metrics.get("ndcg@10")).isCloseTo(0.6956940443813076, within(1e-12));
        assertThat(metrics.get("mrr@10")).isEqualTo(1);
    }

    /** The numbers are those of sentence-transformers' CrossEncoderRerankingEvaluator. */
    @Test
    void metricsAreThoseOfSentenceTransformers() {
        List<String> queries =
                IntStream.range(0, 48).mapToObj(i -> Integer.toString(i / 12)).toList();
        double[] labels = new double[48];
        for (int relevant : new int[] {0, 2, 3, 13, 20, 24, 26, 27, 29, 31, 34, 35, 39}) {
            labels[relevant] = 1;
        }
        double[] scores = {
            -2.325, -0.219, -1.246, -0.732, -0.544, -0.316, 0.412, 1.043, -0.129, 1.366, -0.665,
            0.352, -0.654, -0.13, 0.784, 1.493, -1.259, 1.514, 1.346, 0.781, 0.264, -0.314, 1.458,
            1.96, -0.436, -1.17, 1.739, -0.496, 0.329, -0.259, 1.583, 1.32, 0.633, -2.204, 0.052,
            0.684, -0.378, -1.091, -1.278, 0.63, 0.581, 1.295, -0.755, 1.689, -0.287, 1.574, -0.433,
            -0.735
        };

        Map<String, Double> metrics = RankingMetrics.of(queries, labels, scores);

        assertThat(metrics.get("map")).isCloseTo(0.3280695990517419, within(1e-12));
        assertThat(metrics.get("mrr@10")).isCloseTo(0.36875, within(1e-12));
        assertThat(metrics.get("ndcg@10")).isCloseTo(0.45389257444161235, within(1e-12));
    }

    @Test
    void beyondTenNothingCounts() {
        double[] scores = DoubleStream.iterate(12, s -> s - 1).limit(12).toArray();
        double[] labels = new double[12];
        labels[10] = 1;
        List<String> queries = Collections.nCopies(12, "q");

        assertThat(RankingMetrics.of(queries, labels, scores))
                .containsEntry("mrr@10", 0.0)
                .containsEntry("ndcg@10", 0.0)
                .containsEntry("map", 1 / 11.0);
        labels[9] = 1;
        assertThat(RankingMetrics.of(queries, labels, scores).get("mrr@10")).isEqualTo(0.1);
    }

    @Test
    void equalScoresGetNoCreditForTheOrderOfTheFile() {
        Map<String, Double> metrics =
                RankingMetrics.of(
                        List.of("q", "q", "q"),
                        new double[] {1, 0, 0},
                        new double[] {0.5, 0.5, 0.5});

        assertThat(metrics.get("mrr@10")).isEqualTo(1.0 / 3);
    }

    @Test
    void queriesWithNothingToOrderAreLeftOut() {
        Map<String, Double> metrics =
                RankingMetrics.of(
                        List.of("all", "all", "none", "none", "one", "both", "both"),
                        new double[] {1, 1, 0, 0, 1, 1, 0},
                        new double[] {1, 2, 1, 2, 1, 1, 2});

        assertThat(metrics.get("mrr@10")).isEqualTo(0.5);
    }

    private static double log2(double x) {
        return Math.log(x) / Math.log(2);
    }
}
