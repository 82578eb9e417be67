/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.djladapters.task.metric.ClassScore;
import org.djladapters.task.option.ClassWeights;
import org.junit.jupiter.api.Test;

/** Losses, scores and weights of classes as PyTorch and scikit-learn compute them. */
class ClassLossTest {

    /** Float32 keeps 7 digits; a loss here is a sum of some 20 terms up to 10. */
    private static final float CLOSE = 1e-6f;

    private static final Gson GSON = new Gson();

    private static JsonObject recorded(String part) throws IOException {
        String text = Files.readString(Path.of("src/test/resources/labels/recorded.json"));
        return JsonParser.parseString(text).getAsJsonObject().getAsJsonObject(part);
    }

    @Test
    void weightsAndSmoothingGiveTheLossesAndGradientsOfPyTorch() throws IOException {
        JsonObject losses = recorded("losses");
        float[][] logits = GSON.fromJson(losses.get("logits"), float[][].class);
        long[] one = GSON.fromJson(losses.get("one"), long[].class);
        float[][] several = GSON.fromJson(losses.get("several"), float[][].class);
        assertThat(losses.getAsJsonArray("cases")).hasSize(6);
        for (JsonElement element : losses.getAsJsonArray("cases")) {
            JsonObject expected = element.getAsJsonObject();
            double[] weights = GSON.fromJson(expected.get("weights"), double[].class);
            ClassLoss choices =
                    new ClassLoss(
                            ClassWeights.EQUAL,
                            Arrays.stream(weights).boxed().toList(),
                            expected.get("smoothing").getAsDouble());
            boolean single = expected.get("loss").getAsString().equals("one");
            Loss loss = single ? choices.ofOne() : choices.ofSeveral();
            try (NDManager manager = NDManager.newBaseManager("PyTorch");
                    GradientCollector collector = manager.getEngine().newGradientCollector()) {
                NDArray outputs = manager.create(logits);
                outputs.setRequiresGradient(true);
                NDArray labels = single ? manager.create(one) : manager.create(several);
                NDArray value = loss.evaluate(new NDList(labels), new NDList(outputs));
                collector.backward(value);
                assertThat(value.getFloat())
                        .as(expected.toString())
                        .isCloseTo(expected.get("value").getAsFloat(), within(2 * CLOSE));
                float[][] gradient = GSON.fromJson(expected.get("gradient"), float[][].class);
                NDArray difference = outputs.getGradient().sub(manager.create(gradient));
                assertThat(difference.abs().max().getFloat()).isLessThan(CLOSE);
            }
        }
    }

    @Test
    void classesAreScoredAsInAClassificationReport() throws IOException {
        JsonObject report = recorded("report");
        double[] labels = GSON.fromJson(report.get("labels"), double[].class);
        double[] predictions = GSON.fromJson(report.get("predictions"), double[].class);
        double[][] expected = GSON.fromJson(report.get("classes"), double[][].class);
        List<ClassScore> scores =
                ConfusionMatrix.scores(List.of("a", "b", "c", "d"), predictions, labels);
        for (int k = 0; k < expected.length; k++) {
            ClassScore score = scores.get(k);
            assertThat(
                            new double[] {
                                score.precision(), score.recall(), score.f1(), score.support()
                            })
                    .containsExactly(expected[k], within(1e-12));
        }
    }

    @Test
    void weightsAreReadFromWords() {
        assertThat(ClassWeights.of("Balanced")).isEqualTo(ClassWeights.BALANCED);
        assertThat(ClassWeights.of("b=0.5, a=2"))
                .isEqualTo(ClassWeights.of(Map.of("a", 2.0, "b", 0.5)))
                .hasToString("a=2,b=0.5");
        assertThat(ClassWeights.of("x=1=3").weights()).isEqualTo(Map.of("x=1", 3.0));
        for (String word : List.of("heavy", "a", "a=", "=2", "a=2,", "a=much")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ClassWeights.of(word))
                    .withMessageContaining("'" + word + "' gives no weights of classes");
        }
        for (String word : List.of("a=0", "a=-1", "a=NaN", "a=1e39", "a=Infinity")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ClassWeights.of(word))
                    .withMessageContaining("weight of the class 'a' must be positive");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassWeights.of("a=1,a=2"))
                .withMessageContaining("two weights");
    }
}
