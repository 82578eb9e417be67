/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.TaskKind;
import org.junit.jupiter.api.Test;

class MetricsTest {

    private static final LabelSpace BINARY = classes("0", "1");
    private static final LabelSpace THREE = classes("a", "b", "c");
    private static final LabelSpace NUMBERS = new LabelSpace(TaskKind.REGRESSION, List.of());

    @Test
    void ofTwoClasses() {
        // tp = 3, fp = 1, fn = 2, tn = 4
        double[] labels = {1, 1, 1, 1, 1, 0, 0, 0, 0, 0};
        double[] predictions = {1, 1, 1, 0, 0, 1, 0, 0, 0, 0};

        Map<String, Double> metrics = Metrics.of(BINARY, predictions, labels);

        assertThat(metrics.keySet())
                .containsExactly("accuracy", "f1", "matthews", "balanced_accuracy");
        assertMetric(metrics, "accuracy", 0.7);
        assertMetric(metrics, "f1", 6.0 / 9);
        assertMetric(metrics, "matthews", (3 * 4 - 1 * 2) / Math.sqrt(4.0 * 5 * 5 * 6));
        assertMetric(metrics, "balanced_accuracy", (3 / 5.0 + 4 / 5.0) / 2);
    }

    @Test
    void thePositiveClassIsTheOneLabelled1ElseTheSecond() {
        double[] labels = {0, 0, 1, 1};
        double[] predictions = {0, 0, 0, 1};
        double first = 2 * 2 / 5.0;
        double second = 2 * 1 / 3.0;

        assertMetric(Metrics.of(classes("0", "1"), predictions, labels), "f1", second);
        assertMetric(Metrics.of(classes("1", "2"), predictions, labels), "f1", first);
        assertMetric(Metrics.of(classes("no", "yes"), predictions, labels), "f1", second);
    }

    @Test
    void ofThreeClasses() {
        double[] labels = {0, 0, 1, 1, 2, 2, 2, 2};
        double[] predictions = {0, 1, 1, 1, 2, 2, 0, 1};

        Map<String, Double> metrics = Metrics.of(THREE, predictions, labels);

        assertMetric(metrics, "accuracy", 5 / 8.0);
        // Per class: 2·1/(2+2), 2·2/(4+2), 2·2/(2+4)
        assertMetric(metrics, "f1", (0.5 + 2 / 3.0 + 2 / 3.0) / 3);
        assertMetric(metrics, "balanced_accuracy", (0.5 + 1 + 0.5) / 3);
        // (c·s − Σ t·p) / √((s² − Σ p²)(s² − Σ t²)), c = 5, s = 8, t = (2, 2, 4), p = (2, 4, 2)
        assertMetric(metrics, "matthews", (5 * 8 - 20) / Math.sqrt((64.0 - 24) * (64 - 24)));
    }

    @Test
    void classesThatDoNotOccurDoNotCount() {
        Map<String, Double> metrics = Metrics.of(THREE, new double[] {0, 1}, new double[] {0, 1});

        assertThat(metrics.values()).allSatisfy(v -> assertThat(v).isCloseTo(1, within(1e-12)));
    }

    @Test
    void constantPredictionsTellNothing() {
        Map<String, Double> classes =
                Metrics.of(BINARY, new double[] {0, 0, 0}, new double[] {0, 1, 0});
        assertMetric(classes, "matthews", 0);
        assertMetric(classes, "f1", 0);
        assertMetric(classes, "balanced_accuracy", 0.5);

        double[] same = {0.1, 0.1, 0.1};
        double[] labels = {1, 2, 3.5};
        assertThat(Metrics.of(NUMBERS, same, labels).values()).containsOnly(0.0);
        assertThat(Metrics.of(NUMBERS, labels, same).values()).containsOnly(0.0);
        assertThat(Metrics.of(NUMBERS, new double[] {1}, new double[] {2}).values())
                .containsOnly(0.0);
        double[] nearly = {Double.MIN_VALUE, 0, 0};
        assertThat(Metrics.of(NUMBERS, nearly, labels).get("pearson")).isZero();
    }

    @Test
    void ofNumbers() {
        double[] labels = {1, 2, 3, 4};
        double[] predictions = {1, 4, 9, 16};

        Map<String, Double> metrics = Metrics.of(NUMBERS, predictions, labels);

        assertThat(metrics.keySet()).containsExactly("pearson", "spearman");
        // Σ(x−2.5)(y−7.5) = 25, Σ(x−2.5)² = 5, Σ(y−7.5)² = 129
        assertMetric(metrics, "pearson", 25 / Math.sqrt(5 * 129.0));
        assertMetric(metrics, "spearman", 1);
    }

    @Test
    void tiesShareTheirMeanRank() {
        // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4
        Map<String, Double> metrics =
                Metrics.of(NUMBERS, new double[] {0, 7, 7, 9}, new double[] {1, 2, 3, 4});

        assertMetric(metrics, "spearman", 4.5 / Math.sqrt(4.5 * 5));
    }

    @Test
    void gorodkinsCoefficientOfTwoClassesIsMatthews() {
        Random random = new Random(5);
        double[] labels = random.ints(200, 0, 2).asDoubleStream().toArray();
        double[] predictions = random.ints(200, 0, 2).asDoubleStream().toArray();

        // For zeros and ones it is the linear correlation too.
        assertMetric(
                Metrics.of(BINARY, predictions, labels),
                "matthews",
                Metrics.of(NUMBERS, predictions, labels).get("pearson"));
    }

    @Test
    void theDecisiveMetricCanBeChosenAmongThoseOfTheTask() {
        assertThat(Tasks.of(TaskKind.CLASSIFICATION).metric(Optional.empty()))
                .isEqualTo("accuracy");
        assertThat(Tasks.of(TaskKind.REGRESSION).metric(Optional.empty())).isEqualTo("pearson");
        assertThat(Tasks.of(TaskKind.CLASSIFICATION).metric(Optional.of("matthews")))
                .isEqualTo("matthews");
        assertThatThrownBy(() -> Tasks.of(TaskKind.REGRESSION).metric(Optional.of("f1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("A regression has no metric 'f1'")
                .hasMessageContaining("pearson, spearman");
    }

    @Test
    void lessLossAndPerplexityAreBetterAndMoreOfAnythingElse() {
        for (TaskKind kind : TaskKind.values()) {
            assertThat(Metrics.names(kind))
                    .allMatch(
                            name ->
                                    Metrics.isLowerBetter(name)
                                            == List.of("perplexity", "loss").contains(name));
        }
    }

    @Test
    void refusesNumbersThatMeanNothing() {
        double[] ok = {0, 1};
        for (double bad : new double[] {Double.NaN, 2, -1, 0.5}) {
            assertThatThrownBy(() -> Metrics.of(BINARY, new double[] {0, bad}, ok))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("prediction of example 1 is " + bad);
        }
        assertThatThrownBy(() -> Metrics.of(NUMBERS, ok, new double[] {Double.NaN, 1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("label of example 0 is NaN");
        assertThatThrownBy(() -> Metrics.of(BINARY, ok, new double[] {0}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Metrics.of(BINARY, new double[0], new double[0]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static LabelSpace classes(String... labels) {
        return new LabelSpace(TaskKind.CLASSIFICATION, List.of(labels));
    }

    private static void assertMetric(Map<String, Double> metrics, String name, double expected) {
        assertThat(metrics.get(name)).as(name).isCloseTo(expected, within(1e-12));
    }
}
