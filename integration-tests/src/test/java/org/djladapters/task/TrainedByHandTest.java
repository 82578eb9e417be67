/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.DeferredTranslatorFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.data.InputEncoder;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.TextData;
import org.djladapters.data.TextDataset;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.zoo.Publisher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An adapter that DJL's own Trainer has trained goes on as one of a fine-tuning run does. */
class TrainedByHandTest {

    private static final String BERT = "tiny-bert";
    private static final List<String> LABELS = List.of("letters", "words");
    private static final List<String> TEXTS = List.of("a b c", "what is this");

    @TempDir private Path folder;
    private TextData texts;

    @BeforeEach
    void writeData() throws IOException {
        Path file = folder.resolve("train.tsv");
        Files.writeString(
                file,
                "label\tsentence1\n"
                        + "letters\ta b c d\nwords\twhat is that\n".repeat(4)
                        + "letters\tc a b\nwords\tthis is it\n");
        texts = TextData.read(file);
    }

    private AdaptedModel trained() throws Exception {
        AdaptedModel model = AdaptedModel.open(Models.directory(BERT));
        model.model().getNDManager().getEngine().setRandomSeed(1);
        LabelSpace labels = LabelSpace.of(texts);
        model.add(
                "a",
                LoraConfig.builder().optRank(4).build(),
                new HeadConfig(labels.outputs(), HeadConfig.Pooling.MEAN));
        TextDataset batches =
                TextDataset.builder()
                        .setData(texts)
                        .setLabelSpace(labels)
                        .setModel(model.directory().orElseThrow())
                        .setInputs(model.inputNames())
                        .optBatchSize(5)
                        .optShuffle(1)
                        .build();
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                        .optOptimizer(
                                Optimizer.adamW()
                                        .optLearningRateTracker(Tracker.fixed(0.02f))
                                        .build());
        try (Trainer trainer = model.newTrainer(config)) {
            for (int epoch = 0; epoch < 12; epoch++) {
                for (Batch batch : trainer.iterateDataset(batches)) {
                    try (batch) {
                        EasyTrain.trainBatch(trainer, batch);
                        trainer.step();
                    }
                }
            }
        }
        return model;
    }

    private static List<String> best(List<Classifications> predictions) {
        return predictions.stream().map(p -> p.best().getClassName()).toList();
    }

    @Test
    void predictsWithItsClassesOnceItIsSavedWithThem() throws Exception {
        Path saved = folder.resolve("saved");
        try (AdaptedModel model = trained()) {
            AdapterDirectory.save(model, "a", saved, LABELS);
            try (TaskModel<String, Classifications> here =
                    TaskModel.of(model, String.class, Classifications.class, "a")) {
                assertThat(here.labels()).isEqualTo(LABELS);
            }
        }
        assertThat(AdapterDirectory.labels(saved)).isEqualTo(LABELS);
        try (TaskModel<String, Classifications> task = open(saved)) {
            assertThat(best(task.predict(TEXTS))).isEqualTo(LABELS);
            assertThat(Evaluator.evaluate(task.model(), saved, texts))
                    .containsEntry("accuracy", 1.0);
        }
    }

    @Test
    void predictsAndIsExportedWithItsClassesWithoutBeingSaved() throws Exception {
        Path merged = folder.resolve("merged");
        try (AdaptedModel model = trained();
                TaskModel<String, Classifications> task =
                        TaskModel.of(model, String.class, Classifications.class, "a", LABELS)) {
            assertThat(best(task.predict(TEXTS))).isEqualTo(LABELS);
            task.export(merged);
        }
        assertThat(ModelDirectory.open(merged).labels()).isEqualTo(LABELS);
    }

    private static TaskModel<String, Classifications> open(Path adapter) throws IOException {
        return TaskModel.open(Models.directory(BERT), adapter, String.class, Classifications.class);
    }

    @Test
    void easyTrainFitsRowsFromMemory() throws Exception {
        TextData rows =
                TextData.of(
                        texts.rows().stream()
                                .map(row -> TextData.Row.of(row.label(), row.first()))
                                .toList());
        LabelSpace labels = LabelSpace.of(rows);
        try (AdaptedModel model = AdaptedModel.open(Models.directory(BERT))) {
            ModelDirectory directory = model.directory().orElseThrow();
            model.add(
                    "a",
                    LoraConfig.builder().optRank(4).build(),
                    new HeadConfig(labels.outputs(), HeadConfig.Pooling.MEAN));
            TextDataset batches =
                    TextDataset.builder()
                            .setData(rows)
                            .setLabelSpace(labels)
                            .setModel(directory)
                            .setInputs(model.inputNames())
                            .optBatchSize(5)
                            .optShuffle(1)
                            .build();
            DefaultTrainingConfig config =
                    new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                            .optOptimizer(
                                    Optimizer.adamW()
                                            .optLearningRateTracker(Tracker.fixed(0.02f))
                                            .build());
            try (Trainer trainer = model.newTrainer(config)) {
                EasyTrain.fit(trainer, 6, batches, batches);
            }
            try (InputEncoder encoder =
                            InputEncoder.builder()
                                    .setModel(directory)
                                    .setInputs(model.inputNames())
                                    .build();
                    NDManager manager = NDManager.newBaseManager("PyTorch")) {
                NDArray logits = ModelOutputs.logits(model.predict(encoder.encode(manager, TEXTS)));
                assertThat(labels.predictions(logits)).containsExactly(0, 1);
            }
        }
    }

    @Test
    void isMergedAndPublishedWithItsClasses() throws Exception {
        Path saved = folder.resolve("saved");
        Path merged = folder.resolve("merged");
        try (AdaptedModel model = trained()) {
            AdapterDirectory.save(model, "a", saved, LABELS);
        }
        List<Classifications> expected;
        try (TaskModel<String, Classifications> task = open(saved)) {
            expected = task.predict(TEXTS);
            task.export(merged);
        }
        Criteria<String, Classifications> criteria =
                Criteria.builder()
                        .setTypes(String.class, Classifications.class)
                        .optModelPath(merged)
                        .optEngine("PyTorch")
                        .optTranslatorFactory(new DeferredTranslatorFactory())
                        .build();
        try (ZooModel<String, Classifications> stock = criteria.loadModel();
                Predictor<String, Classifications> predictor = stock.newPredictor()) {
            for (int i = 0; i < TEXTS.size(); i++) {
                Classifications prediction = predictor.predict(TEXTS.get(i));
                assertThat(prediction.best().getClassName()).isEqualTo(LABELS.get(i));
                assertThat(prediction.best().getProbability())
                        .isCloseTo(expected.get(i).best().getProbability(), within(1e-5));
            }
        }
        for (Path directory : List.of(saved, merged)) {
            Path published =
                    Publisher.builder()
                            .setRepository(folder.resolve("repository"))
                            .setCoordinates("org.example:" + directory.getFileName() + ":1.0")
                            .build()
                            .publish(directory);
            assertThat(published.toString()).contains("nlp/text_classification");
        }
    }

    @Test
    void labelsThatDoNotFitTheHeadAreRefusedBeforeAnythingIsWritten() throws Exception {
        Path saved = folder.resolve("saved");
        try (AdaptedModel model = AdaptedModel.open(Models.directory(BERT))) {
            model.add(
                    "a",
                    LoraConfig.builder().optRank(4).build(),
                    new HeadConfig(3, HeadConfig.Pooling.MEAN));
            assertThatThrownBy(() -> AdapterDirectory.save(model, "a", saved, LABELS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("names 2 classes, but the head has 3 outputs");
        }
        assertThat(saved).doesNotExist();
    }
}
