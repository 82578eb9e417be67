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

        assertThat(metrics).containsOnlyKeys("mrr@10", "ndcg@10");
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

    @Test
    void beyondTenNothingCounts() {
        double[] scores = DoubleStream.iterate(12, s -> s - 1).limit(12).toArray();
        double[] labels = new double[12];
        labels[10] = 1;
        List<String> queries = Collections.nCopies(12, "q");

        assertThat(RankingMetrics.of(queries, labels, scores).values()).containsOnly(0.0);
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
