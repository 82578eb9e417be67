/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.outputs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.TaskKind;
import org.djladapters.examples.outputs.ExampleOutputs.Kind;
import org.djladapters.io.MalformedFileException;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.safetensors.StoredTensor;
import org.djladapters.task.Metrics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExampleOutputsTest {

    private static final double EXACT = 1e-12;

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7})
    void classesHaveTheMetricsOfTheListInWhichExamplesAreRepeated(int classes) {
        List<String> names = IntStream.range(0, classes).mapToObj(k -> "c" + k).toList();
        LabelSpace space = new LabelSpace(TaskKind.CLASSIFICATION, names);
        Random random = new Random(classes);
        double[] labels = random.ints(40, 0, classes).asDoubleStream().toArray();
        double[] predictions = random.ints(40, 0, classes).asDoubleStream().toArray();
        agreesWithMetrics(space, labels, predictions, random);
    }

    @Test
    void scoresHaveTheMetricsOfTheListInWhichExamplesAreRepeated() {
        Random random = new Random(5);
        // of few values, so that ranks are shared
        double[] labels = random.ints(40, 0, 6).mapToDouble(i -> i / 2.0).toArray();
        double[] predictions = random.ints(40, 0, 9).mapToDouble(i -> i / 4.0).toArray();
        agreesWithMetrics(
                new LabelSpace(TaskKind.REGRESSION, List.of()), labels, predictions, random);
    }

    private static void agreesWithMetrics(
            LabelSpace space, double[] labels, double[] predictions, Random random) {
        ExampleOutputs outputs = ExampleOutputs.ofLabels(space, labels, predictions);
        Metrics.of(space, predictions, labels)
                .forEach(
                        (metric, value) ->
                                assertThat(outputs.value(metric))
                                        .as(metric)
                                        .isEqualTo(value, within(EXACT)));
        for (int round = 0; round < 20; round++) {
            int[] sample = random.ints(labels.length, 0, labels.length).toArray();
            Metrics.of(space, pick(predictions, sample), pick(labels, sample))
                    .forEach(
                            (metric, value) ->
                                    assertThat(outputs.value(metric, counts(sample)))
                                            .as(metric)
                                            .isEqualTo(value, within(EXACT)));
        }
    }

    private static int[] counts(int... sample) {
        int[] counts = new int[sample.length];
        for (int place : sample) {
            counts[place]++;
        }
        return counts;
    }

    private static double[] pick(double[] values, int[] places) {
        return Arrays.stream(places).mapToDouble(i -> values[i]).toArray();
    }

    @Test
    void theClassCalledOneIsThePositiveOne() {
        LabelSpace space = new LabelSpace(TaskKind.CLASSIFICATION, List.of("1", "2"));
        double[] labels = {0, 0, 1, 1};
        double[] predictions = {0, 1, 1, 1};
        ExampleOutputs outputs = ExampleOutputs.ofLabels(space, labels, predictions);
        // 2 tp / (2 tp + fp + fn) of the first class
        assertThat(outputs.value("f1")).isEqualTo(2.0 / 3, within(EXACT));
    }

    @Test
    void predictionsThatAreAllEqualHaveNoCorrelation() {
        ExampleOutputs outputs =
                ExampleOutputs.of(Kind.SCORES, new float[] {1, 2, 3}, new float[] {1, 2, 5});
        assertThat(outputs.value("pearson", new int[] {0, 3, 0})).isZero();
        assertThat(outputs.value("spearman", new int[] {3, 0, 0})).isZero();
        assertThat(outputs.value("spearman", new int[] {1, 0, 2})).isEqualTo(1, within(EXACT));
    }

    @Test
    void ranksGiveWhatASearchIsMeasuredBy() {
        ExampleOutputs outputs = ExampleOutputs.of(Kind.RANKS, new float[] {1, 3, 20, 0});
        assertThat(outputs.value("recall@1")).isEqualTo(1 / 4.0, within(EXACT));
        assertThat(outputs.value("recall@10")).isEqualTo(2 / 4.0, within(EXACT));
        assertThat(outputs.value("mrr@10")).isEqualTo((1 + 1 / 3.0) / 4, within(EXACT));
        assertThat(outputs.value("ndcg@10")).isEqualTo((1 + 0.5) / 4, within(EXACT));
        assertThat(outputs.value("map")).isEqualTo((1 + 1 / 3.0 + 1 / 20.0) / 4, within(EXACT));
        assertThat(outputs.value("mrr@10", new int[] {0, 2, 0, 1}))
                .isEqualTo(2 / 9.0, within(EXACT));
    }

    @Test
    void spansAreCountedOverAllSentences() {
        ExampleOutputs outputs =
                ExampleOutputs.of(
                        Kind.SPANS,
                        new float[] {1, 0, 2},
                        new float[] {2, 1, 2},
                        new float[] {1, 0, 4});
        assertThat(outputs.value("precision")).isEqualTo(3 / 5.0, within(EXACT));
        assertThat(outputs.value("recall")).isEqualTo(3 / 5.0, within(EXACT));
        assertThat(outputs.value("f1")).isEqualTo(3 / 5.0, within(EXACT));
        assertThat(outputs.value("f1", new int[] {0, 0, 2})).isEqualTo(2 / 3.0, within(EXACT));
        assertThat(outputs.value("f1", new int[] {0, 2, 0})).isZero();
    }

    @Test
    void labelsAreCountedOverAllTexts() {
        ExampleOutputs outputs =
                ExampleOutputs.of(
                        Kind.LABELS,
                        new float[] {1, 0, 2},
                        new float[] {2, 1, 2},
                        new float[] {1, 1, 4},
                        new float[] {0, 0, 1});
        assertThat(outputs.value("precision_micro")).isEqualTo(3 / 5.0, within(EXACT));
        assertThat(outputs.value("recall_micro")).isEqualTo(3 / 6.0, within(EXACT));
        assertThat(outputs.value("f1_micro")).isEqualTo(6 / 11.0, within(EXACT));
        assertThat(outputs.value("subset_accuracy", new int[] {0, 1, 2}))
                .isEqualTo(2 / 3.0, within(EXACT));
    }

    @Test
    void lossesAreSummedOverTokens() {
        ExampleOutputs outputs =
                ExampleOutputs.of(Kind.LOSSES, new float[] {2, 6}, new float[] {1, 3});
        assertThat(outputs.value("loss")).isEqualTo(2, within(EXACT));
        assertThat(outputs.value("perplexity")).isEqualTo(Math.exp(2), within(EXACT));
        assertThat(outputs.value("loss", new int[] {1, 2})).isEqualTo(2, within(EXACT));
    }

    @Test
    void answersAndHitsAreMeans() {
        ExampleOutputs answers =
                ExampleOutputs.of(Kind.ANSWERS, new float[] {1, 0}, new float[] {1, 0.5f});
        assertThat(answers.value("exact_match")).isEqualTo(0.5, within(EXACT));
        assertThat(answers.value("f1")).isEqualTo(0.75, within(EXACT));
        ExampleOutputs hits = ExampleOutputs.of(Kind.HITS, new float[] {1, 0, 0});
        assertThat(hits.value("exact_match", new int[] {2, 1, 0}))
                .isEqualTo(2 / 3.0, within(EXACT));
    }

    @Test
    void aMetricThatTheOutputsDoNotGiveIsRefused() {
        ExampleOutputs hits = ExampleOutputs.of(Kind.HITS, new float[] {1});
        assertThatThrownBy(() -> hits.value("pearson"))
                .hasMessage(
                        "Outputs of the kind hits give no metric 'pearson'; choose one of"
                                + " exact_match, accuracy");
    }

    @Test
    void impossibleOutputsAreRefused() {
        assertThatThrownBy(() -> ExampleOutputs.of(Kind.HITS, new float[] {1, 0.5f}))
                .hasMessage(
                        "The outputs of example 1 hold 0.5, which is impossible for the kind hits");
        assertThatThrownBy(() -> ExampleOutputs.of(Kind.SCORES, new float[] {1}))
                .hasMessage("Outputs of the kind scores have 2 columns, got 1");
        assertThatThrownBy(() -> ExampleOutputs.of(Kind.SCORES, new float[2], new float[3]))
                .hasMessage("Columns of outputs must be of one length, got 2 and 3");
        assertThatThrownBy(() -> ExampleOutputs.of(Kind.RANKS, new float[0]))
                .hasMessage("There are no outputs of any example");
        assertThatThrownBy(
                        () ->
                                ExampleOutputs.of(
                                        Kind.SCORES, new float[] {1}, new float[] {Float.NaN}))
                .hasMessageContaining("impossible for the kind scores");
    }

    @Test
    void outputsArePairedIfTheSameIsRight() {
        ExampleOutputs first =
                ExampleOutputs.of(Kind.SCORES, new float[] {1, 2}, new float[] {3, 4});
        ExampleOutputs second =
                ExampleOutputs.of(Kind.SCORES, new float[] {1, 2}, new float[] {5, 6});
        ExampleOutputs other =
                ExampleOutputs.of(Kind.SCORES, new float[] {2, 1}, new float[] {3, 4});
        assertThat(first.isPairedWith(second)).isTrue();
        assertThat(first.isPairedWith(other)).isFalse();
        assertThat(first.isPairedWith(ExampleOutputs.of(Kind.RANKS, new float[2]))).isFalse();
    }

    @Test
    void aFileGivesBackExactlyWhatWasWritten() throws IOException {
        LabelSpace space = new LabelSpace(TaskKind.CLASSIFICATION, List.of("a", "b", "1"));
        ExampleOutputs classes =
                ExampleOutputs.ofLabels(space, new double[] {0, 1, 2}, new double[] {2, 1, 0});
        Path file = folder.resolve("run.safetensors");
        for (ExampleOutputs outputs :
                List.of(
                        classes,
                        ExampleOutputs.of(
                                Kind.SCORES, new float[] {0.1f, -7}, new float[] {1e-9f, 3}),
                        ExampleOutputs.of(Kind.RANKS, new float[] {300, 0}),
                        ExampleOutputs.of(Kind.RANKS, new float[] {70_000, 3}),
                        ExampleOutputs.of(
                                Kind.LOSSES, new float[] {1.25f, 2}, new float[] {3, 4}))) {
            ExampleOutputs.write(file, Map.of("dev", outputs, "test", classes));
            Map<String, ExampleOutputs> read = ExampleOutputs.read(file);
            assertThat(read).containsOnlyKeys("dev", "test");
            assertThat(read.get("dev").kind()).isEqualTo(outputs.kind());
            assertThat(read.get("dev").columns()).isDeepEqualTo(outputs.columns());
            assertThat(read.get("test").value("f1")).isEqualTo(classes.value("f1"));
        }
    }

    @Test
    void theTypeIsTheSmallestThatHoldsTheNumbers() throws IOException {
        assertThat(type(127)).isEqualTo(DataType.INT8);
        assertThat(type(128)).isEqualTo(DataType.INT16);
        assertThat(type(32_767)).isEqualTo(DataType.INT16);
        assertThat(type(32_768)).isEqualTo(DataType.INT32);
    }

    private DataType type(float rank) throws IOException {
        Path file = folder.resolve("ranks.safetensors");
        ExampleOutputs.write(
                file, Map.of("dev", ExampleOutputs.of(Kind.RANKS, new float[] {rank})));
        try (SafetensorsFile stored = SafetensorsFile.open(file)) {
            return stored.tensors().get("dev").dataType();
        }
    }

    @Test
    void aFileThatHoldsNoOutputsIsRefused() throws IOException {
        Path file = folder.resolve("run.safetensors");
        SafetensorsFile.writeStored(
                file, Map.of("dev", stored(1, 2, 3)), Map.of("dev.kind", "hits"));
        assertThatThrownBy(() -> ExampleOutputs.read(file))
                .isInstanceOf(MalformedFileException.class)
                .hasMessage(
                        "%s: the outputs 'dev' can't be used: The outputs of example 1 hold 2, which"
                                        .formatted(file)
                                + " is impossible for the kind hits; run the sweep again for this"
                                + " run");
        SafetensorsFile.writeStored(
                file, Map.of("dev", stored(1, 0)), Map.of("dev.kind", "classes"));
        assertThatThrownBy(() -> ExampleOutputs.read(file))
                .hasMessageContaining("its metadata give no number under 'dev.classes'");
        SafetensorsFile.writeStored(file, Map.of("dev", stored(1, 0)), Map.of());
        assertThatThrownBy(() -> ExampleOutputs.read(file))
                .hasMessageContaining("its metadata name no kind of outputs that is known");
        Files.writeString(file, "nothing");
        assertThatThrownBy(() -> ExampleOutputs.read(file)).isInstanceOf(IOException.class);
    }

    private static StoredTensor stored(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return new StoredTensor(
                DataType.INT8,
                new Shape(1, values.length),
                channel -> channel.write(ByteBuffer.wrap(bytes)));
    }
}
