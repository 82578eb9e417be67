/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Metrics against values that were computed by hand. */
class RetrievalMetricsTest {

    private static final double EXACT = 1e-12;

    @Test
    void oneRelevantPassageCountsByItsRank() {
        Map<String, Double> third = of(new float[] {0.9f, 0.8f, 0.7f, 0.1f}, Map.of(2, 1.0));

        assertThat(third).containsOnlyKeys("mrr@10", "recall@1", "recall@10", "ndcg@10", "map");
        assertThat(third.keySet()).startsWith("mrr@10");
        assertThat(third.get("mrr@10")).isCloseTo(1 / 3.0, within(EXACT));
        assertThat(third.get("map")).isCloseTo(1 / 3.0, within(EXACT));
        assertThat(third.get("recall@1")).isZero();
        assertThat(third.get("recall@10")).isOne();
        assertThat(third.get("ndcg@10")).isCloseTo(0.5, within(EXACT)); // 1 / log2(4)
    }

    @Test
    void aPassageBeyondTheTenthCountsInTheMeanAveragePrecisionOnly() {
        float[] falling = new float[12];
        for (int i = 0; i < 12; i++) {
            falling[i] = 1 - i / 12f;
        }
        Map<String, Double> eleventh = of(falling, Map.of(10, 1.0));

        assertThat(eleventh.get("map")).isCloseTo(1 / 11.0, within(EXACT));
        eleventh.forEach(
                (name, value) -> assertThat(value).isEqualTo(name.equals("map") ? value : 0));
    }

    @Test
    void severalRelevantPassagesShareTheRecallAndWeighByTheirScores() {
        // ranks: passage 1 is 1st, 3 is 2nd, 0 is 3rd, 2 is 4th
        Map<String, Double> found =
                of(new float[] {0.5f, 0.9f, 0.1f, 0.6f}, Map.of(1, 1.0, 0, 3.0));

        assertThat(found.get("mrr@10")).isOne();
        assertThat(found.get("recall@1")).isEqualTo(0.5);
        assertThat(found.get("map")).isCloseTo((1 + 2 / 3.0) / 2, within(EXACT));
        double gain = 1 + 3 / 2.0;
        double best = 3 + 1 / (Math.log(3) / Math.log(2));
        assertThat(found.get("ndcg@10")).isCloseTo(gain / best, within(EXACT));
    }

    @Test
    void aModelThatTellsNothingApartFindsNothing() {
        Map<String, Double> found = of(new float[20], Map.of(0, 1.0));

        assertThat(found.get("mrr@10")).isZero();
        assertThat(found.get("recall@10")).isZero();
        assertThat(found.get("map")).isCloseTo(1 / 20.0, within(EXACT));
    }

    @Test
    void equallySimilarRelevantPassagesDoNotStandInEachOthersWay() {
        Map<String, Double> found = of(new float[] {0.5f, 0.5f, 0.1f}, Map.of(0, 1.0, 1, 1.0));

        assertThat(found.get("map")).isOne();
        assertThat(found.get("ndcg@10")).isCloseTo(1, within(EXACT));
    }

    @Test
    void theMeanIsThatOfTheQueries() {
        RetrievalMetrics metrics = new RetrievalMetrics();
        metrics.add(new float[] {0.9f, 0.1f}, Map.of(0, 1.0));
        metrics.add(new float[] {0.9f, 0.1f}, Map.of(1, 1.0));

        assertThat(metrics.means().get("mrr@10")).isEqualTo(0.75);
        assertThat(metrics.means().get("recall@1")).isEqualTo(0.5);
    }

    private static Map<String, Double> of(float[] similarities, Map<Integer, Double> relevant) {
        RetrievalMetrics metrics = new RetrievalMetrics();
        metrics.add(similarities, relevant);
        return metrics.means();
    }
}
