/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.multilabel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.task.metric.ClassScore;
import org.djladapters.task.option.Thresholds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Metrics as scikit-learn computes them (zero_division=0), and thresholds that are chosen. */
class MultiLabelMetricsTest {

    private static final Gson GSON = new Gson();
    private static final List<String> NAMES = List.of("a", "b", "c", "d");

    static Stream<JsonObject> cases() throws IOException {
        String text = Files.readString(Path.of("src/test/resources/labels/recorded.json"));
        return JsonParser.parseString(text)
                .getAsJsonObject()
                .getAsJsonArray("several")
                .asList()
                .stream()
                .map(JsonElement::getAsJsonObject);
    }

    private static MultiLabelOutputs outputs(JsonObject recorded) {
        int[][] labels = GSON.fromJson(recorded.get("labels"), int[][].class);
        List<int[]> classes =
                Arrays.stream(labels)
                        .map(
                                row ->
                                        IntStream.range(0, row.length)
                                                .filter(k -> row[k] == 1)
                                                .toArray())
                        .toList();
        double[][] given = GSON.fromJson(recorded.get("probabilities"), double[][].class);
        MultiLabelOutputs outputs = MultiLabelOutputs.of(classes, NAMES.size());
        for (int i = 0; i < given.length; i++) {
            System.arraycopy(given[i], 0, outputs.probabilities()[i], 0, NAMES.size());
        }
        return outputs;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void areThoseOfScikitLearn(JsonObject recorded) {
        MultiLabelOutputs outputs = outputs(recorded);
        double[] thresholds = GSON.fromJson(recorded.get("thresholds"), double[].class);
        boolean[][] chosen = outputs.chosen(Arrays.stream(thresholds).boxed().toList());
        List<ClassScore> scores = MultiLabelMetrics.scores(NAMES, chosen, outputs.labels());
        Map<String, Double> metrics =
                MultiLabelMetrics.of(
                        scores, MultiLabelMetrics.ofEach(chosen, outputs.labels()), outputs);

        JsonObject expected = recorded.getAsJsonObject("metrics");
        assertThat(metrics.keySet()).containsExactlyElementsOf(MultiLabelMetrics.NAMES);
        assertThat(expected.keySet()).isEqualTo(metrics.keySet());
        metrics.forEach(
                (name, value) ->
                        assertThat(value)
                                .as(name)
                                .isCloseTo(expected.get(name).getAsDouble(), within(1e-12)));
        double[][] classes = GSON.fromJson(recorded.get("classes"), double[][].class);
        for (int k = 0; k < classes.length; k++) {
            ClassScore score = scores.get(k);
            assertThat(
                            new double[] {
                                score.precision(), score.recall(), score.f1(), score.support()
                            })
                    .containsExactly(classes[k], within(1e-12));
        }
    }

    /** No threshold among all those that make a difference does better. */
    @ParameterizedTest
    @MethodSource("cases")
    void tunedThresholdsHaveTheBestF1OfEveryClass(JsonObject recorded) {
        MultiLabelOutputs outputs = outputs(recorded);
        List<Double> tuned = ClassThresholds.tune(outputs);
        List<ClassScore> best =
                MultiLabelMetrics.scores(NAMES, outputs.chosen(tuned), outputs.labels());
        for (int i = 1; i < 100; i++) {
            List<Double> all = Collections.nCopies(NAMES.size(), i / 100.0 - 0.005);
            List<ClassScore> others =
                    MultiLabelMetrics.scores(NAMES, outputs.chosen(all), outputs.labels());
            for (int k = 0; k < NAMES.size(); k++) {
                assertThat(best.get(k).f1()).isGreaterThanOrEqualTo(others.get(k).f1());
            }
        }
        for (int k = 0; k < NAMES.size(); k++) {
            if (best.get(k).support() == 0) {
                assertThat(tuned.get(k)).isEqualTo(0.5);
            }
        }
    }

    @Test
    void aTunedThresholdIsTheOneNearestToOneHalf() {
        MultiLabelOutputs outputs =
                new MultiLabelOutputs(
                        new double[][] {{0.9, 0.3}, {0.8, 0.2}, {0.2, 0.1}, {0.1, 0.05}},
                        new boolean[][] {
                            {true, true}, {true, true}, {false, false}, {false, false}
                        });
        assertThat(ClassThresholds.tune(outputs).get(0)).isEqualTo(0.5);
        assertThat(ClassThresholds.tune(outputs).get(1)).isEqualTo(0.15, within(1e-12));
    }

    @Test
    void thresholdsAreReadFromWords() {
        assertThat(Thresholds.of("tuned")).isEqualTo(Thresholds.TUNED);
        assertThat(Thresholds.of("0.3")).isEqualTo(Thresholds.of(0.3)).hasToString("0.3");
        for (String word : List.of("0", "1", "NaN", "-0.5")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Thresholds.of(word))
                    .withMessageContaining("A threshold is a probability between 0 and 1");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Thresholds.of("half"))
                .withMessageContaining("'half' is no threshold");
    }
}
