/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.ParameterTracker;
import ai.djl.training.tracker.Tracker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.Methods;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.adapter.lora.LoraInit;
import org.djladapters.adapter.unilora.UniLoraConfig;
import org.djladapters.data.LabelledData;
import org.djladapters.model.ModelSpec;
import org.djladapters.task.kind.TaskHead;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearningRatesTest {

    /** A layer with 384 outputs and one with 1,536. */
    private static final ModelSpec MODEL =
            ModelSpec.of(
                    List.of(site("query", 384, 384), site("up", 1536, 384)),
                    Map.of("query.weight", new Shape(384, 384), "up.weight", new Shape(1536, 384)),
                    "none");

    @Test
    void aNewHeadHasItsOwnRate() {
        TaskHead head = head(2);

        assertThat(rated(head, "head.weight")).isEqualTo(0.5f);
        assertThat(rated(head, "head.bias")).isEqualTo(0.5f);
        assertThat(rated(head, "header.weight")).isEqualTo(0.1f);
        assertThat(rated(head, "another")).isEqualTo(0.1f);
    }

    @Test
    void theModelsOwnHeadHasItsOwnRate() {
        TaskHead head = new TaskHead(null, List.of("classifier", "pooler"), Optional.empty());

        assertThat(rated(head, "classifier.weight")).isEqualTo(0.5f);
        assertThat(rated(head, "pooler.dense.bias")).isEqualTo(0.5f);
        assertThat(rated(head, "classifiers.weight")).isEqualTo(0.1f);
        assertThat(rated(head, "encoder.classifier.weight")).isEqualTo(0.1f);
        assertThat(rated(TaskHead.NONE, "head.weight")).isEqualTo(0.1f);
    }

    /** Returns how far an optimizer moves a parameter whose gradient is 1. */
    private static float rated(TaskHead head, String name) {
        ParameterTracker rates =
                LearningRates.byParameter(
                        Tracker.fixed(0.1f), Tracker.fixed(0.5f), head::owns, Map.of());
        Optimizer optimizer = Optimizer.sgd().setLearningRateTracker(rates).build();
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray array = manager.zeros(new Shape(1));
            optimizer.update(name, array, manager.ones(new Shape(1)));
            return -array.getFloat();
        }
    }

    @Test
    void theRateOfAParameterFollowsTheStepsAndItsFactor() {
        Tracker body = Scheduler.LINEAR.rates(1, 10, 0);
        ParameterTracker rates =
                LearningRates.byParameter(
                        body,
                        Tracker.fixed(7),
                        id -> id.startsWith("head"),
                        Map.of("body.weight", 16f));

        assertThat(rates.getNewValue("head.bias", 3)).isEqualTo(7);
        assertThat(rates.getNewValue("body.bias", 6)).isEqualTo(body.getNewValue(6));
        assertThat(rates.getNewValue("body.weight", 6)).isEqualTo(16 * body.getNewValue(6));
        assertThat(rates.getNewValue("body.bias", 11)).isCloseTo(0, within(1e-6f));
    }

    @ParameterizedTest(name = "orders 1 to {0} in blocks of {1}, n = {2}")
    @CsvSource({
        "1, 2, 2, 0.01, 0.01",
        "3, 92, 8, 0.004, 0.00625",
        "3, 128, 8, 0.004, 0.00625",
        "2, 128, 15, 0.0032, 0.005",
        "1, 128, 128, 0.00075, 0.001171875"
    })
    void largerMatricesAndOrdersMoveMoreAtOnce(
            int largest, int blockSize, int size, float all, float some) {
        CompoundConfig.Builder builder =
                CompoundConfig.builder().optOrders(orders(largest)).optBlockSize(blockSize);
        assertThat(builder.build().form(384).layout().size()).isEqualTo(size);
        assertThat(rate(builder.build())).isEqualTo(all);
        assertThat(rate(builder.optTargets("query").build())).isEqualTo(some);
    }

    @Test
    void theLargestMatrixDecidesWhereLayersDiffer() {
        CompoundConfig.Builder builder =
                CompoundConfig.builder().optOrders(1).optBlocks(3).optTargets("query");
        assertThat(rate(builder.build())).isEqualTo(0.15f / 128);
        assertThat(rate(builder.optTargets("query", "up").build())).isEqualTo(0.15f / 512);
    }

    @ParameterizedTest(name = "alpha {0}, {1} steps")
    @CsvSource({
        "8, 1, 0.004",
        "8, 20, 0.004",
        "8, 160, 0.002",
        "8, 20000, 0.0004",
        "1, 160, 0.002",
        "32, 20, 0.002",
        "32, 160, 0.001"
    })
    void loraMovesLessAtOnceInManyStepsAndWithALargeAlpha(double alpha, int steps, float rate) {
        assertThat(rate(LoraConfig.builder().optAlpha(alpha).build(), steps))
                .isCloseTo(rate, within(1e-9f));
    }

    @Test
    void aLargeRankHasTheRateOfASmallOneUnlessItsScalingSaysMore() {
        LoraConfig.Builder builder = LoraConfig.builder().optRank(64);

        assertThat(rate(builder.build())).isEqualTo(4e-3f);
        assertThat(rate(builder.optRsLora(true).build()))
                .isCloseTo(4e-3f / (float) Math.sqrt(8), within(1e-9f));
    }

    @Test
    void otherBeginningsOfLoraHaveALowerRate() {
        assertThat(rate(LoraConfig.builder().optInit(LoraInit.GAUSSIAN).build())).isEqualTo(1e-3f);
        assertThat(rate(LoraConfig.builder().optInit(LoraInit.PISSA).build())).isEqualTo(1e-3f);
    }

    @Test
    void wideLayersOfLoraHaveALowerRate() {
        ModelSpec wide =
                ModelSpec.of(
                        List.of(site("query", 6_144, 6_144)),
                        Map.of("query.weight", new Shape(6_144, 6_144)),
                        "none");

        assertThat(LearningRates.defaultOf(LoraConfig.builder().build(), wide, 20))
                .isEqualTo(2e-3f);
    }

    @Test
    void theWordsOfAnEmbeddingAreNoWideInputs() {
        Shape words = new Shape(384, 30_522);
        WeightSpec weight =
                new WeightSpec("words", WeightSpec.Kind.EMBEDDING, words, DataType.FLOAT32, false);
        ModelSpec model =
                ModelSpec.of(
                        List.of(
                                new TargetModule(weight, "words.weight", null, true),
                                site("query", 384, 384)),
                        Map.of("words.weight", words, "query.weight", new Shape(384, 384)),
                        "none");

        assertThat(LearningRates.defaultOf(LoraConfig.builder().build(), model, 20))
                .isEqualTo(4e-3f);
    }

    @ParameterizedTest(name = "length {0}")
    @CsvSource({"256, 0.08", "1344, 0.0263901582", "10752, 0.005", "20000, 0.005"})
    void longerVectorsOfUniLoraHaveALowerRate(int length, float rate) {
        assertThat(rate(UniLoraConfig.builder().optVectorLength(length).build()))
                .isCloseTo(rate, within(1e-9f));
    }

    @ParameterizedTest
    @CsvSource({
        "lora, 0.004",
        "oft, 0.001",
        "boft, 0.004",
        "ia3, 0.04",
        "hra, 0.008",
        "c3a, 0.1",
        "road, 0.02",
        "adalora, 0.005",
        "fourierft, 0.05",
        "unilora, 0.08",
        "tinylora, 0.01",
        "head, 0.005",
        "full, 0.00005"
    })
    void everyMethodHasARate(String method, float rate) {
        assertThat(rate(Methods.defaultConfig(method))).isEqualTo(rate);
    }

    @Test
    void newHeadsOfTextsWithManyClassesHaveAHigherRate(@TempDir Path folder) throws IOException {
        LabelledData texts = Runs.texts(folder.resolve("train.tsv"), 4, "no", "yes");
        LabelledData images = Runs.pictures(folder.resolve("images"), 4);
        TaskHead own = new TaskHead(null, List.of("classifier"), Optional.empty());

        assertThat(LearningRates.ofHead(head(10), texts)).isEqualTo(0.005f);
        assertThat(LearningRates.ofHead(head(11), texts)).isEqualTo(0.01f);
        assertThat(LearningRates.ofHead(head(11), images)).isEqualTo(0.005f);
        assertThat(LearningRates.ofHead(own, texts)).isEqualTo(0.005f);
    }

    private static TaskHead head(int outputs) {
        HeadConfig config = new HeadConfig(outputs, HeadConfig.Pooling.MEAN);
        return new TaskHead(config, List.of(), Optional.empty());
    }

    private static float rate(AdapterConfig config) {
        return rate(config, 20);
    }

    private static float rate(AdapterConfig config, int steps) {
        return LearningRates.defaultOf(config, MODEL, steps);
    }

    private static int[] orders(int largest) {
        return IntStream.rangeClosed(1, largest).toArray();
    }

    private static TargetModule site(String path, long outputs, long inputs) {
        Shape shape = new Shape(outputs, inputs);
        WeightSpec weight =
                new WeightSpec(path, WeightSpec.Kind.LINEAR, shape, DataType.FLOAT32, false);
        return new TargetModule(weight, path + ".weight", null, true);
    }
}
