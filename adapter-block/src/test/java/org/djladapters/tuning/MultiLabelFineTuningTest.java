/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.DeferredTranslatorFactory;
import ai.djl.util.StringPair;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.data.MultiLabelData;
import org.djladapters.data.MultiLabelData.Row;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TextData;
import org.djladapters.io.JsonFiles;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.Evaluator;
import org.djladapters.task.TaskModel;
import org.djladapters.task.multilabel.ChosenClasses;
import org.djladapters.task.option.ClassWeights;
import org.djladapters.task.option.Thresholds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Classes of which a text may have several, from training to merged models. */
class MultiLabelFineTuningTest {

    private static final String BERT = "tiny-bert";
    private static final List<String> LABELS = List.of("early", "late", "middle");
    private static final List<String> LETTERS = List.of("a b c d", "w x y z", "m n o p");

    @TempDir private Path folder;

    /** Texts of the letters of their labels; some have no label. */
    private static MultiLabelData texts(int rows, boolean pairs) {
        Random random = new Random(rows);
        List<Row> examples = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            List<String> labels = new ArrayList<>();
            StringBuilder text = new StringBuilder("q ");
            for (int k = 0; k < LABELS.size(); k++) {
                if (((row % 8) >> k) % 2 == 1) {
                    labels.add(LABELS.get(k));
                    String[] letters = LETTERS.get(k).split(" ", -1);
                    for (int i = 0; i < 3; i++) {
                        text.append(letters[random.nextInt(letters.length)]).append(' ');
                    }
                }
            }
            examples.add(
                    pairs
                            ? Row.of(labels, text.toString(), "q r")
                            : Row.of(labels, text.toString()));
        }
        return MultiLabelData.of(examples);
    }

    private static FineTuner.Builder builder(AdaptedModel model, Path output) {
        return Runs.builder(model, BERT, texts(64, false), texts(40, false), output)
                .optThresholds(Thresholds.TUNED);
    }

    @Test
    void learnsEvaluatesPredictsAndExports() throws Exception {
        Path output = folder.resolve("adapter");
        FineTuningResult result;
        try (AdaptedModel model = Runs.open(BERT)) {
            result = builder(model, output).optEpochs(6).build().run();
        }
        assertThat(result.metrics().keySet())
                .containsExactly(
                        "f1_micro",
                        "f1_macro",
                        "map",
                        "subset_accuracy",
                        "precision_micro",
                        "recall_micro");
        assertThat(result.metrics().get("f1_micro")).isGreaterThan(0.85);
        assertThat(result.provenance().options())
                .containsEntry("task", "MULTI_LABEL_CLASSIFICATION")
                .containsEntry("metric", "f1_micro")
                .containsEntry("thresholds", "tuned")
                .containsKey("class_thresholds")
                .doesNotContainKey("class_weights");
        Path export = folder.resolve("export");
        List<String> inputs = texts(40, false).rows().stream().map(TextData.Row::first).toList();
        List<ChosenClasses> expected;
        try (AdaptedModel model = Runs.open(BERT)) {
            // with the thresholds that were found, the same metrics to the last digit
            assertThat(Evaluator.evaluate(model, output, texts(40, false)))
                    .isEqualTo(result.metrics());
            assertThatThrownBy(() -> Evaluator.evaluate(model, output, singles()))
                    .hasMessageContaining("has one label a row");
        }
        try (TaskModel<String, ChosenClasses> task = open(BERT, output)) {
            assertThat(task.kind()).contains(TaskKind.MULTI_LABEL_CLASSIFICATION);
            expected = task.predict(inputs);
            task.export(export);
        }
        assertThat(expected.get(0).chosen()).isEmpty();
        assertThat(expected.get(7).chosen()).containsExactlyElementsOf(LABELS);
        requireDescribed(export);
        try (TaskModel<String, ChosenClasses> again =
                TaskModel.open(export, String.class, ChosenClasses.class)) {
            List<ChosenClasses> found = again.predict(inputs);
            for (int i = 0; i < found.size(); i++) {
                assertThat(found.get(i).chosen()).isEqualTo(expected.get(i).chosen());
                requireClose(found.get(i), expected.get(i));
            }
        }
        Criteria<String, Classifications> stock =
                Criteria.builder()
                        .setTypes(String.class, Classifications.class)
                        .optModelPath(export)
                        .optEngine("PyTorch")
                        .optTranslatorFactory(new DeferredTranslatorFactory())
                        .build();
        try (ZooModel<String, Classifications> model = stock.loadModel();
                Predictor<String, Classifications> predictor = model.newPredictor()) {
            requireClose(predictor.predict(inputs.get(5)), expected.get(5));
        }
    }

    private static void requireClose(Classifications found, Classifications expected) {
        for (String label : LABELS) {
            assertThat(found.get(label).getProbability())
                    .isCloseTo(expected.get(label).getProbability(), within(1e-5));
        }
    }

    private static void requireDescribed(Path merged) throws IOException {
        JsonObject config = JsonFiles.read(merged.resolve("config.json")).getAsJsonObject();
        assertThat(config.get("problem_type").getAsString())
                .isEqualTo("multi_label_classification");
        assertThat(config.getAsJsonArray("thresholds")).hasSize(LABELS.size());
    }

    private static TextData singles() {
        return TextData.of(
                List.of(TextData.Row.of("early", "a b"), TextData.Row.of("late", "x y")));
    }

    private static TaskModel<String, ChosenClasses> open(String model, Path adapter)
            throws IOException {
        return TaskModel.open(
                Path.of("src/test/resources/models", model),
                adapter,
                String.class,
                ChosenClasses.class);
    }

    @Test
    void aRunThatWasInterruptedFindsTheSameThresholds() throws Exception {
        Path whole = folder.resolve("whole");
        Path parted = folder.resolve("parted");
        FineTuningResult expected;
        try (AdaptedModel model = Runs.open(BERT)) {
            expected = head(model, whole).build().run();
        }
        try (AdaptedModel model = Runs.open(BERT)) {
            FineTuner stopped =
                    head(model, parted).optListener(new Runs.Recorder().stopAt(2, 1)).build();
            assertThatThrownBy(stopped::run).isInstanceOf(Runs.StoppedException.class);
            Runs.Recorder recorder = new Runs.Recorder();
            FineTuningResult result = head(model, parted).optListener(recorder).build().run();
            assertThat(recorder.notes).contains("Resuming after epoch 1");
            assertThat(result.metrics()).isEqualTo(expected.metrics());
            assertThat(result.provenance().options()).isEqualTo(expected.provenance().options());
        }
    }

    private static FineTuner.Builder head(AdaptedModel model, Path output) {
        return builder(model, output)
                .setConfig(BaselineConfig.head())
                .optClassWeights(ClassWeights.BALANCED)
                .optEpochs(2);
    }

    @Test
    void learnsPairsWithAFixedThreshold() throws Exception {
        Path output = folder.resolve("adapter");
        try (AdaptedModel model = Runs.open(BERT)) {
            FineTuningResult result =
                    Runs.builder(model, BERT, texts(16, true), texts(16, true), output)
                            .setConfig(BaselineConfig.head())
                            .optEpochs(1)
                            .optThresholds(Thresholds.of(0.25))
                            .optClassWeights(ClassWeights.of(Map.of("late", 3.0)))
                            .build()
                            .run();
            assertThat(result.provenance().options())
                    .containsEntry("thresholds", "0.25")
                    .containsEntry("class_weights", "late=3")
                    .doesNotContainKey("class_thresholds");
            model.activate("default");
            try (TaskModel<StringPair, ChosenClasses> task =
                    TaskModel.of(model, StringPair.class, ChosenClasses.class)) {
                ChosenClasses found = task.predict(new StringPair("q a b", "q r"));
                for (String label : LABELS) {
                    assertThat(found.chosen().contains(label))
                            .isEqualTo(found.get(label).getProbability() >= 0.25);
                }
            }
        }
    }

    @Test
    void optionsThatDoNotFitAreRefused() throws Exception {
        try (AdaptedModel model = Runs.open(BERT)) {
            Path output = folder.resolve("adapter");
            assertThatThrownBy(() -> builder(model, output).optLabelSmoothing(0.1).build().run())
                    .hasMessageContaining(
                            "Label smoothing is for classes and preferences, but this is"
                                    + " multi-label classification");
            assertThatThrownBy(() -> builder(model, output).optMetric("accuracy").build().run())
                    .hasMessageContaining("has no metric 'accuracy'; choose one of f1_micro");
            assertThatThrownBy(
                            () ->
                                    builder(model, output)
                                            .optClassWeights(ClassWeights.of(Map.of("x", 2.0)))
                                            .build()
                                            .run())
                    .hasMessageContaining("'x', which is no class of");
            assertThatThrownBy(() -> builder(model, output).setTrain(singles()).build().run())
                    .hasMessageContaining("Thresholds are for a multi-label classification");
            assertThatThrownBy(() -> builder(model, output).optLabelSmoothing(1))
                    .hasMessageContaining("must be at least 0 and less than 1");
            assertThatThrownBy(
                            () ->
                                    builder(model, output)
                                            .optTask(TaskKind.CLASSIFICATION)
                                            .optThresholds(Thresholds.HALF)
                                            .build()
                                            .run())
                    .hasMessageContaining("any number of labels a row");
            assertThatThrownBy(
                            () ->
                                    Runs.builder(model, BERT, numbers(), numbers(), output)
                                            .optLabelSmoothing(0.1)
                                            .build()
                                            .run())
                    .hasMessageContaining("but this is regression");
        }
    }

    private static TextData numbers() {
        return TextData.of(List.of(TextData.Row.of("0.5", "a b"), TextData.Row.of("2", "x y")));
    }
}
