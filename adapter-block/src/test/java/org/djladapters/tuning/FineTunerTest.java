/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.adapter.lora.LoraInit;
import org.djladapters.adapter.oft.OftConfig;
import org.djladapters.adapter.unilora.UniLoraConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.Provenance;
import org.djladapters.data.Augmentation;
import org.djladapters.data.ImageFolder;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TextData;
import org.djladapters.io.PlainNumber;
import org.djladapters.model.AdaptedModel;
import org.djladapters.rotation.NeumannSeries;
import org.djladapters.rotation.OrthogonalMap;
import org.djladapters.task.Evaluator;
import org.djladapters.task.TaskModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FineTunerTest {

    /** Three inputs and the labels. */
    private static final int ARRAYS_OF_A_BATCH = 4;

    private static final String BERT = "tiny-bert";
    private static final String DINO = "tiny-dinov2";
    private static final String CLASSIFIER = "tiny-bert-classifier";
    private static final String[] THREE = {"negative", "neutral", "positive"};

    @TempDir private Path folder;
    private Path output;

    @BeforeEach
    void nameOutput() {
        output = folder.resolve("adapter");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tiny-bert-classifier",
                "tiny-bert",
                "tiny-roberta",
                "tiny-vit",
                "tiny-dinov2",
                "tiny-resnet"
            })
    void learnsWithoutChangingTheBaseAndReloads(String name) throws IOException {
        LabelledData train = Runs.data(name, folder.resolve("train"), 24, THREE);
        LabelledData dev = Runs.data(name, folder.resolve("dev"), 12, THREE);
        Runs.Recorder recorder = new Runs.Recorder();
        FineTuningResult result;
        try (AdaptedModel model = Runs.open(name)) {
            Map<String, float[]> base = Runs.base(model);
            result =
                    Runs.builder(model, name, train, dev, output)
                            .optEpochs(4)
                            .optListener(recorder)
                            .build()
                            .run();

            assertThat(Runs.base(model)).usingRecursiveComparison().isEqualTo(base);
            assertThat(model.baseParameters().values()).noneMatch(NDArray::hasGradient);
            assertThat(recorder.losses.get(3)).isLessThan(0.8 * recorder.losses.get(0));
            assertThat(result.metrics().get("accuracy")).isGreaterThan(0.6);
            assertThat(result.trainableParameters()).isGreaterThan(result.adapterParameters());
            assertThat(model.active()).containsExactly("default");
            assertThat(model.adapter("default").size()).isEqualTo(result.trainableParameters());
        }
        assertThat(output).isDirectoryContaining("glob:**/provenance.json");
        assertThat(folder.resolve("adapter.partial")).doesNotExist();
        try (AdaptedModel fresh = Runs.open(name)) {
            assertThat(Evaluator.evaluate(fresh, output, dev)).isEqualTo(result.metrics());
            assertThat(fresh.names()).isEmpty();
        }
    }

    @Test
    void givesFeaturesANewHeadAndTrainsTheOwnHeadOfAClassifier() throws IOException {
        TextData data = Runs.texts(folder.resolve("data.tsv"), 12, THREE);
        try (AdaptedModel features = Runs.open(BERT);
                AdaptedModel classifier = Runs.open(CLASSIFIER)) {
            Runs.builder(features, BERT, data, data, output).optEpochs(1).build().run();
            Path another = folder.resolve("another");
            Runs.builder(classifier, CLASSIFIER, data, data, another).optEpochs(1).build().run();

            assertThat(features.adapter("default").headConfig())
                    .contains(new HeadConfig(3, HeadConfig.Pooling.MEAN));
            assertThat(features.adapter("default").savedModules()).isEmpty();
            assertThat(classifier.adapter("default").headConfig()).isEmpty();
            assertThat(classifier.adapter("default").savedModules())
                    .containsOnlyKeys("classifier.weight", "classifier.bias");
        }
    }

    @Test
    void keepsTheOrderInWhichAClassifierNamesItsOutputs() throws IOException {
        TextData other = Runs.texts(folder.resolve("other.tsv"), 12, "x", "y", "z");
        Runs.Recorder recorder = new Runs.Recorder();
        try (AdaptedModel model = Runs.open(CLASSIFIER)) {
            Runs.builder(model, CLASSIFIER, other, other, output)
                    .optListener(recorder)
                    .build()
                    .run();
        }
        assertThat(recorder.notes)
                .singleElement()
                .asString()
                .contains("[negative, neutral, positive]", "[x, y, z]");
        assertThat(AdapterDirectory.labels(output)).containsExactly("x", "y", "z");
    }

    @Test
    void trainsAHeadAlone() throws IOException {
        TextData train = Runs.texts(folder.resolve("train.tsv"), 48, "no", "yes");
        try (AdaptedModel model = Runs.open(BERT)) {
            Runs.Recorder recorder = new Runs.Recorder();
            FineTuningResult result =
                    Runs.builder(model, BERT, train, train, output)
                            .setConfig(BaselineConfig.head())
                            .optListener(recorder)
                            .build()
                            .run();

            assertThat(result.adapterParameters()).isZero();
            assertThat(result.trainableParameters()).isEqualTo(2 * 32 + 2);
            assertThat(recorder.losses.get(2)).isLessThan(recorder.losses.get(0));
        }
    }

    @Test
    void predictsNumbersFromTheMeanOn() throws Exception {
        TextData train = Runs.texts(folder.resolve("train.tsv"), 48, "101.5", "100", "104");
        Runs.Recorder recorder = new Runs.Recorder();
        try (AdaptedModel model = Runs.open(BERT)) {
            FineTuningResult result =
                    Runs.builder(model, BERT, train, train, output)
                            .optEpochs(5)
                            .optListener(recorder)
                            .build()
                            .run();

            assertThat(recorder.losses.get(0)).isLessThan(10);
            assertThat(result.metrics()).containsOnlyKeys("pearson", "spearman");
            assertThat(result.metrics().get("pearson")).isGreaterThan(0.5);
            try (TaskModel<String, Float> task = TaskModel.of(model, String.class, Float.class)) {
                float prediction = task.predict("a b c");
                assertThat((double) prediction).isEqualTo(101.5, within(2.0));
            }
        }
    }

    @Test
    void predictsLabelsWithTheirProbabilities() throws Exception {
        TextData train = Runs.texts(folder.resolve("train.tsv"), 48, THREE);
        try (AdaptedModel model = Runs.open(BERT)) {
            Runs.builder(model, BERT, train, train, output).optEpochs(6).build().run();
            try (TaskModel<String, Classifications> task =
                    TaskModel.of(model, String.class, Classifications.class)) {
                List<Classifications.Classification> predictions =
                        task.predict(List.of("a b c d a", "w x y z z x", "m n o p")).stream()
                                .map(result -> result.<Classifications.Classification>best())
                                .toList();

                assertThat(predictions)
                        .extracting(Classifications.Classification::getClassName)
                        .containsExactly("negative", "positive", "neutral");
                assertThat(predictions)
                        .allMatch(p -> p.getProbability() > 1 / 3.0 && p.getProbability() <= 1);
            }
        }
    }

    @Test
    void keepsTheBestEpoch() throws IOException {
        TextData train = Runs.texts(folder.resolve("train.tsv"), 24, THREE);
        Runs.Recorder recorder = new Runs.Recorder();
        try (AdaptedModel model = Runs.open(BERT)) {
            FineTuningResult result =
                    Runs.builder(model, BERT, train, train, output)
                            .optEpochs(4)
                            .optMetric("matthews")
                            .optListener(recorder)
                            .build()
                            .run();

            assertThat(result.bestEpoch()).isBetween(1, 4);
            assertThat(recorder.epochs).containsExactly(1, 2, 3, 4);
            assertThat(result.provenance().bestEpoch()).isEqualTo(result.bestEpoch());
            assertThat(Provenance.read(output.resolve("provenance.json")))
                    .isEqualTo(result.provenance());
            assertThat(Evaluator.evaluate(model, output, train)).isEqualTo(result.metrics());
            assertThat(model.active()).containsExactly("default");
        }
    }

    @Test
    void givesTheSameForTheSameSeedOnly() throws IOException {
        Runs.Recorder firstTime = new Runs.Recorder();
        Map<String, float[]> first = train(7, firstTime);
        Runs.Recorder again = new Runs.Recorder();
        Map<String, float[]> second = train(7, again);
        assertThat(again.losses).isEqualTo(firstTime.losses);
        assertThat(second).usingRecursiveComparison().isEqualTo(first);
        assertThat(train(8, new Runs.Recorder()).get("head.weight"))
                .isNotEqualTo(first.get("head.weight"));
    }

    @Test
    void goesOnWithAKilledRunToTheSameResult() throws IOException {
        Map<String, float[]> whole = train(7, new Runs.Recorder());
        assertThatThrownBy(() -> train(7, new Runs.Recorder().stopAt(3, 2)))
                .isInstanceOf(Runs.StoppedException.class);
        assertThat(folder.resolve("adapter.partial")).isDirectory();

        Runs.Recorder recorder = new Runs.Recorder();
        Map<String, float[]> resumed = train(7, recorder);

        assertThat(recorder.notes).containsExactly("Resuming after epoch 2");
        assertThat(recorder.epochs).containsExactly(3, 4);
        assertThat(resumed).usingRecursiveComparison().isEqualTo(whole);
        assertThat(folder.resolve("adapter.partial")).doesNotExist();
    }

    /** What is not in the parameters of a layer is the same again: a shared vector, A0 and B0. */
    static Stream<AdapterConfig> withMoreThanParametersOfLayers() {
        return Stream.of(
                UniLoraConfig.builder().optRank(2).optTargets("query").build(),
                LoraConfig.builder()
                        .optRank(2)
                        .optInit(LoraInit.PISSA)
                        .optPlusRatio(4)
                        .optTargets("query")
                        .build());
    }

    @ParameterizedTest
    @MethodSource("withMoreThanParametersOfLayers")
    void goesOnWithAKilledRunOf(AdapterConfig config) throws IOException {
        Map<String, float[]> whole = train(config, 7, new Runs.Recorder());
        assertThatThrownBy(() -> train(config, 7, new Runs.Recorder().stopAt(3, 2)))
                .isInstanceOf(Runs.StoppedException.class);

        Runs.Recorder recorder = new Runs.Recorder();
        Map<String, float[]> resumed = train(config, 7, recorder);

        assertThat(recorder.epochs).containsExactly(3, 4);
        assertThat(resumed).usingRecursiveComparison().isEqualTo(whole);
    }

    @ParameterizedTest
    @CsvSource({"LAST_ONCE, LAST_TWICE", "LAST_TWICE, LAST_ONCE"})
    void goesOnInTheNeumannSeriesThatTheRunBeganWith(NeumannSeries series, NeumannSeries another)
            throws IOException {
        OftConfig.Builder config = OftConfig.builder().optBlockSize(8).optTargets("query");
        config.optMap(OrthogonalMap.NEUMANN).optTerms(3);
        OftConfig same = config.optSeries(series).build();
        Map<String, float[]> whole = train(same, 7, new Runs.Recorder());
        assertThatThrownBy(() -> train(same, 7, new Runs.Recorder().stopAt(3, 2)))
                .isInstanceOf(Runs.StoppedException.class);
        OftConfig other = config.optSeries(another).build();
        Runs.Recorder stopped = new Runs.Recorder().stopAt(1, 1);
        assertThatThrownBy(() -> train(other, 7, stopped))
                .isInstanceOf(Runs.StoppedException.class);

        Runs.Recorder recorder = new Runs.Recorder();
        Map<String, float[]> resumed = train(same, 7, recorder);

        assertThat(stopped.notes.get(0)).contains("other options");
        assertThat(recorder.notes).containsExactly("Resuming after epoch 2");
        assertThat(resumed).usingRecursiveComparison().isEqualTo(whole);
    }

    @Test
    void augmentsInTheSameWayForTheSameSeedAndInAResumedRun() throws IOException {
        FineTuningResult whole = trainOnImages(new Runs.Recorder(), Augmentation.values());
        assertThatThrownBy(
                        () ->
                                trainOnImages(
                                        new Runs.Recorder().stopAt(3, 2), Augmentation.values()))
                .isInstanceOf(Runs.StoppedException.class);

        Runs.Recorder recorder = new Runs.Recorder();
        FineTuningResult resumed = trainOnImages(recorder, Augmentation.values());

        assertThat(recorder.epochs).containsExactly(3, 4);
        assertThat(resumed.metrics()).isEqualTo(whole.metrics());
        FineTuningResult plain = trainOnImages(new Runs.Recorder());
        assertThat(plain.metrics()).isNotEqualTo(whole.metrics());
        assertThat(whole.provenance().options()).containsEntry("augment", "flip,crop");
        assertThat(plain.provenance().options()).doesNotContainKey("augment");
    }

    @Test
    void measuresOnTheDevelopmentDataAsTheyAre() throws IOException {
        FineTuningResult result = trainOnImages(new Runs.Recorder(), Augmentation.values());

        try (AdaptedModel model = Runs.open(DINO)) {
            assertThat(Evaluator.evaluate(model, output, Runs.pictures(folder.resolve("dev"), 12)))
                    .isEqualTo(result.metrics());
        }
    }

    /** A regression, whose metrics change with every parameter. */
    private FineTuningResult trainOnImages(Runs.Recorder recorder, Augmentation... augmentations)
            throws IOException {
        ImageFolder train = Runs.pictures(folder.resolve("train"), 24);
        ImageFolder dev = Runs.pictures(folder.resolve("dev"), 12);
        try (AdaptedModel model = Runs.open(DINO)) {
            return Runs.builder(model, DINO, train, dev, output)
                    .optOverwrite(true)
                    .optEpochs(4)
                    .optAugment(augmentations)
                    .optListener(recorder)
                    .build()
                    .run();
        }
    }

    @Test
    void refusesToAugmentTexts() throws IOException {
        TextData texts = Runs.texts(folder.resolve("train.tsv"), 12, THREE);
        try (AdaptedModel bert = Runs.open(BERT)) {
            assertThatThrownBy(
                            () ->
                                    Runs.builder(bert, BERT, texts, texts, output)
                                            .optAugment(Augmentation.FLIP)
                                            .build()
                                            .run())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("train.tsv' holds texts, but augmentations (flip)");
        }
    }

    @Test
    void startsAfreshWithOtherOptionsOrADamagedState() throws IOException {
        assertThatThrownBy(() -> train(7, new Runs.Recorder().stopAt(2, 1)))
                .isInstanceOf(Runs.StoppedException.class);
        Runs.Recorder other = new Runs.Recorder().stopAt(2, 1);
        assertThatThrownBy(() -> train(8, other)).isInstanceOf(Runs.StoppedException.class);
        assertThat(other.notes.get(0)).contains("adapter.partial", "other options", "starts over");

        Files.writeString(folder.resolve("adapter.partial/state.safetensors"), "damaged");
        Runs.Recorder last = new Runs.Recorder();
        train(8, last);
        assertThat(last.notes.get(0)).contains("state.safetensors", "starts over");
        assertThat(last.epochs).containsExactly(1, 2, 3, 4);
    }

    private Map<String, float[]> train(long seed, Runs.Recorder recorder) throws IOException {
        CompoundConfig config =
                CompoundConfig.builder()
                        .optOrders(1)
                        .optTargets("query", "value")
                        .optModuleDropout(0.3)
                        .build();
        return train(config, seed, recorder);
    }

    private Map<String, float[]> train(AdapterConfig config, long seed, Runs.Recorder recorder)
            throws IOException {
        TextData train = Runs.texts(folder.resolve("train.tsv"), 40, THREE);
        TextData dev = Runs.texts(folder.resolve("dev.tsv"), 9, THREE);
        try (AdaptedModel model = Runs.open(BERT)) {
            Runs.builder(model, BERT, train, dev, output)
                    .setConfig(config)
                    .optOverwrite(true)
                    .optEpochs(4)
                    .optSeed(seed)
                    .optWeightDecay(0.01)
                    .optListener(recorder)
                    .build()
                    .run();
            return Runs.values(model.adapter("default"));
        }
    }

    @Test
    void releasesTheArraysOfEachStep() throws IOException {
        TextData train = Runs.texts(folder.resolve("train.tsv"), 24, THREE);
        try (AdaptedModel model = Runs.open(BERT)) {
            FineTuner.Builder tuner = Runs.builder(model, BERT, train, train, output);
            Runs.assertReleasesArrays(model, tuner, ARRAYS_OF_A_BATCH);
        }
    }

    @Test
    void saysWhichAdaptersTheHeadDoesNotUse() throws IOException {
        TextData train = Runs.texts(folder.resolve("train.tsv"), 12, THREE);
        Runs.Recorder recorder = new Runs.Recorder();
        try (AdaptedModel model = Runs.open(BERT)) {
            Runs.builder(model, BERT, train, train, output).optListener(recorder).build().run();
        }
        assertThat(recorder.notes)
                .containsExactly(
                        "The adapters of pooler.dense get no gradients, since the head does not"
                                + " use these modules");
    }

    @Test
    void doesNotSayThatOfAdaptersThatWereDropped() throws IOException {
        Runs.Recorder recorder = new Runs.Recorder();
        train(7, recorder);
        assertThat(recorder.notes).isEmpty();
    }

    @Test
    void leavesTheModelAsItWasWhereItFails() throws IOException {
        TextData train = Runs.texts(folder.resolve("train.tsv"), 12, THREE);
        TextData dev = Runs.texts(folder.resolve("dev.tsv"), 12, "negative", "mixed");
        try (AdaptedModel model = Runs.open(BERT)) {
            assertThatThrownBy(() -> Runs.builder(model, BERT, train, dev, output).build().run())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("dev.tsv', line 3: label 'mixed'");
            assertThatThrownBy(
                            () ->
                                    Runs.builder(model, BERT, train, train, output)
                                            .optListener(new Runs.Recorder().stopAt(1, 1))
                                            .build()
                                            .run())
                    .isInstanceOf(Runs.StoppedException.class);
            assertThat(model.names()).isEmpty();
            Runs.builder(model, BERT, train, train, output).build().run();
        }
    }

    @Test
    void refusesAClassifierWithAnotherNumberOfLabels() throws IOException {
        TextData train = Runs.texts(folder.resolve("train.tsv"), 12, "no", "yes");
        try (AdaptedModel model = Runs.open(CLASSIFIER)) {
            assertThatThrownBy(
                            () ->
                                    Runs.builder(model, CLASSIFIER, train, train, output)
                                            .build()
                                            .run())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has 3 outputs, but the training data needs 2");
        }
    }

    @Test
    void refusesDataThatTheModelDoesNotTake() throws IOException {
        TextData texts = Runs.texts(folder.resolve("train.tsv"), 12, THREE);
        LabelledData images = Runs.data("tiny-vit", folder.resolve("images"), 6, THREE);
        try (AdaptedModel vit = Runs.open("tiny-vit");
                AdaptedModel bert = Runs.open(BERT)) {
            assertThatThrownBy(
                            () -> Runs.builder(vit, "tiny-vit", texts, texts, output).build().run())
                    .hasMessageContaining("Text can't fill the model input 'pixel_values'");
            assertThatThrownBy(() -> Runs.builder(bert, BERT, images, images, output).build().run())
                    .hasMessageContaining("holds images, but the model has the inputs [input_ids");
        }
    }

    @Test
    void refusesAnOutputThatIsSomethingElse() throws IOException {
        TextData train = Runs.texts(folder.resolve("train.tsv"), 12, THREE);
        try (AdaptedModel model = Runs.open(BERT)) {
            assertThatThrownBy(() -> Runs.builder(model, BERT, train, train, folder).build().run())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is a folder with other files");
        }
    }

    @Test
    void stopsWhereTheTrainingDiverges() throws IOException {
        TextData train = Runs.texts(folder.resolve("train.tsv"), 24, THREE);
        try (AdaptedModel model = Runs.open(BERT)) {
            assertThatThrownBy(
                            () ->
                                    Runs.builder(model, BERT, train, train, output)
                                            .optLearningRate(1e30)
                                            .optHeadLearningRate(1e30)
                                            .build()
                                            .run())
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessageContaining("is not finite in step 2 of epoch 1")
                    .hasMessageContaining("learning rate is too high (1e30");
            assertThat(model.names()).isEmpty();
        }
    }

    @Test
    void refusesOptionsThatMakeNoSense() {
        FineTuner.Builder builder = FineTuner.builder();
        Map<String, ThrowingCallable> wrong = new LinkedHashMap<>();
        wrong.put("The number of epochs must be at least 1, got 0", () -> builder.optEpochs(0));
        wrong.put("The batch size must be at least 1, got -1", () -> builder.optBatchSize(-1));
        wrong.put(
                "The batch size of the evaluation must be at least 1, got 0",
                () -> builder.optEvaluationBatchSize(0));
        wrong.put(
                "The maximum length must be at least 4 tokens, got 3",
                () -> builder.optMaxLength(3));
        for (int size : new int[] {-1, 0, 8193, Integer.MAX_VALUE}) {
            wrong.put(
                    "The image size must be from 1 to 8192 pixels, got " + size,
                    () -> builder.optImageSize(size));
        }
        for (double rate : new double[] {0, -1e-3, Double.NaN, Double.POSITIVE_INFINITY}) {
            wrong.put(
                    "The learning rate must be positive, got " + PlainNumber.of(rate),
                    () -> builder.optLearningRate(rate));
        }
        for (double norm : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            wrong.put(
                    "The largest norm of the gradients must be positive, or 0 to clip nothing, got "
                            + PlainNumber.of(norm),
                    () -> builder.optMaxGradNorm(norm));
        }
        builder.optLearningRate(1e37); // as the message says; more than the float32 next to it
        // the first update has ten times the rate
        for (double rate : new double[] {1e38, 1e39, 1e308, 1e-46}) {
            String problem = " must be from 1.4e-45 to 1e37, got " + PlainNumber.of(rate);
            wrong.put("The learning rate" + problem, () -> builder.optLearningRate(rate));
            wrong.put(
                    "The learning rate of the head" + problem,
                    () -> builder.optHeadLearningRate(rate));
        }
        for (double decay : new double[] {-1, Double.NaN, 1e39}) {
            wrong.put(
                    "The weight decay must be 0 or positive and within the range of float32, got "
                            + PlainNumber.of(decay),
                    () -> builder.optWeightDecay(decay));
        }
        for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
            wrong.put(
                    "The warm-up must be a share of the steps from 0 to 1, got "
                            + PlainNumber.of(share),
                    () -> builder.optWarmUp(share));
        }
        wrong.forEach(
                (message, option) ->
                        assertThatThrownBy(option)
                                .isInstanceOf(IllegalArgumentException.class)
                                .hasMessage(message));
    }

    /** Whichever of both is set first. */
    @Test
    void refusesADecayThatOverflowsWithItsRate() throws IOException {
        TextData train = Runs.texts(folder.resolve("train.tsv"), 24, THREE);
        try (AdaptedModel model = Runs.open(BERT)) {
            FineTuner tuner =
                    Runs.builder(model, BERT, train, train, output)
                            .optWeightDecay(1e30)
                            .optLearningRate(1e20)
                            .build();
            assertThatThrownBy(tuner::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("A weight decay of 1e30 at a learning rate of 1")
                    .hasMessageContaining("exceeds the range of float32");
            assertThat(model.names()).isEmpty();
        }
    }

    @Test
    void refusesMoreStepsThanCanBeCounted() throws IOException {
        TextData train = Runs.texts(folder.resolve("train.tsv"), 24, THREE);
        try (AdaptedModel model = Runs.open(BERT)) {
            FineTuner.Builder builder =
                    Runs.builder(model, BERT, train, train, output)
                            .optEpochs(Integer.MAX_VALUE)
                            .optBatchSize(12);

            assertThatThrownBy(() -> builder.build().run())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "2147483647 epochs of 2 steps are more steps than can be counted; use"
                                    + " fewer epochs");
            assertThat(model.names()).isEmpty();
        }
    }
}
