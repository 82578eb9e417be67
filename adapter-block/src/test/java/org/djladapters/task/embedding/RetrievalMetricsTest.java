/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
    void everyQueryKnowsWhatItFoundFirst() {
        RetrievalMetrics metrics = new RetrievalMetrics(List.of());
        metrics.add(new float[] {0.1f, 0.5f, 0.9f, 0.5f, 0.7f}, Map.of(1, 1.0, 4, 1.0));
        metrics.add(new float[] {0.1f, 0.2f}, Map.of(0, 1.0));
        Map<String, double[]> columns = metrics.columns();

        assertThat(columns.get(RetrievalMetrics.RANK)).containsExactly(2, 2);
        assertThat(columns.get("place@1")).containsExactly(2, 1);
        assertThat(columns.get("place@2")).containsExactly(4, 0);
        // of the equal ones that which is not relevant, as ranks count
        assertThat(columns.get("place@3")).containsExactly(3, -1);
        assertThat(columns.get("recall@3")).containsExactly(0.5, 1);
        assertThat(columns.get("recall@100")).containsExactly(1, 1);
    }

    @Test
    void aSimilarityThatIsNoNumberIsNotTheFirst() {
        assertThatThrownBy(() -> of(new float[] {0.1f, Float.NaN}, Map.of(1, 1.0)))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("to passage 1 is not a number");
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
        RetrievalMetrics metrics = new RetrievalMetrics(List.of());
        metrics.add(new float[] {0.9f, 0.1f}, Map.of(0, 1.0));
        metrics.add(new float[] {0.9f, 0.1f}, Map.of(1, 1.0));

        assertThat(metrics.means().get("mrr@10")).isEqualTo(0.75);
        assertThat(metrics.means().get("recall@1")).isEqualTo(0.5);
    }

    /**
     * What sentence-transformers 6.2.0 finds for the same vectors, with several relevant passages.
     */
    @Test
    void metricsAreThoseOfSentenceTransformers() {
        float[][] queries = vectors(5, 0);
        float[][] passages = vectors(12, 3);
        List<List<Integer>> relevant =
                List.of(
                        List.of(0, 5, 7),
                        List.of(2),
                        List.of(3, 4),
                        List.of(11, 1, 6, 9),
                        List.of(8));
        RetrievalMetrics metrics = new RetrievalMetrics(List.of(1, 3, 5, 10));
        for (int query = 0; query < queries.length; query++) {
            float[] cosines = new float[passages.length];
            for (int i = 0; i < cosines.length; i++) {
                cosines[i] = cosine(queries[query], passages[i]);
            }
            Map<Integer, Double> scores =
                    relevant.get(query).stream()
                            .collect(Collectors.toMap(place -> place, p -> 1.0));
            metrics.add(cosines, scores);
        }

        Map<String, double[]> expected =
                Map.of(
                        "accuracy",
                        new double[] {0.2, 0.4, 0.6, 1},
                        "precision",
                        new double[] {0.2, 0.13333333333333333, 0.2, 0.2},
                        "recall",
                        new double[] {0.05, 0.11666666666666665, 0.3333333333333333, 0.9},
                        "ndcg",
                        new double[] {
                            0.2, 0.14078361780682694, 0.24306881810022576, 0.4501859577466278
                        },
                        "mrr",
                        new double[] {
                            0.2, 0.26666666666666666, 0.30666666666666664, 0.3602380952380952
                        },
                        "map",
                        new double[] {
                            0.2, 0.08888888888888888, 0.14555555555555555, 0.26436507936507936
                        });
        int[] depths = {1, 3, 5, 10};
        expected.forEach(
                (name, values) -> {
                    for (int i = 0; i < depths.length; i++) {
                        assertThat(metrics.means().get(name + "@" + depths[i]))
                                .as("%s@%d", name, depths[i])
                                .isCloseTo(values[i], within(EXACT));
                    }
                });
    }

    /** Eighths, which float32 holds exactly. */
    private static float[][] vectors(int rows, int k) {
        float[][] values = new float[rows][6];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < 6; j++) {
                int number = i * 7 + j * 11 + k * 13 + 3 * i * j + 5 * j * k + 2 * i * k;
                values[i][j] = ((number + i * i * j * j) % 17 - 8) / 8f;
            }
        }
        return values;
    }

    private static float cosine(float[] a, float[] b) {
        double dot = 0;
        double x = 0;
        double y = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * b[i];
            x += a[i] * a[i];
            y += b[i] * b[i];
        }
        return (float) (dot / Math.sqrt(x * y));
    }

    private static Map<String, Double> of(float[] similarities, Map<Integer, Double> relevant) {
        RetrievalMetrics metrics = new RetrievalMetrics(List.of());
        metrics.add(similarities, relevant);
        return metrics.means();
    }
}
