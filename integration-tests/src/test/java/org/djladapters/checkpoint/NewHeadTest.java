/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TextData;
import org.djladapters.data.TokenData;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.djladapters.model.combination.AdapterAlgebra;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.task.Evaluator;
import org.djladapters.task.TaskModel;
import org.djladapters.task.kind.TaskHead;
import org.djladapters.tuning.FineTuner;
import org.djladapters.tuning.FineTuningResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads of models for classification that start new, with the classes of other data. */
class NewHeadTest {

    /** As of other checkpoints: some sums of 64 products of size one in float32. */
    private static final float FLOAT32 = 40 * Math.ulp(1f);

    private static final String CLASSIFIER = "tiny-bert-classifier";

    @TempDir private Path folder;

    private static Path checkpoint(String name) {
        return TinyAdapters.resource("hub/" + name);
    }

    /** Words that tell their labels, which no model of the tests has. */
    private static TextData texts(int labels) {
        List<TextData.Row> rows = new ArrayList<>();
        for (int row = 0; row < 12; row++) {
            int label = row % labels;
            rows.add(TextData.Row.of("class" + label, ((char) ('a' + 5 * label) + " ").repeat(4)));
        }
        return TextData.of(rows);
    }

    private FineTuner.Builder tuner(AdaptedModel model, LabelledData data, Path output) {
        return FineTuner.builder()
                .setModel(model)
                .setConfig(LoraConfig.builder().optRank(2).build())
                .setTrain(data)
                .setDev(data)
                .setOutput(output)
                .optEpochs(2)
                .optHeadLearningRate(0.02)
                .optNewHead(true);
    }

    private static float[] logits(AdaptedModel model) {
        try (NDManager scope = model.model().getNDManager().newSubManager()) {
            return model.predict(TaskHead.smallInput(model, 8, scope)).get(0).toFloatArray();
        }
    }

    private static List<String> classes(TaskModel<String, Classifications> task)
            throws TranslateException {
        return task.predict("a b c").getClassNames();
    }

    @ParameterizedTest
    @CsvSource({
        "checkpoint, 2",
        "checkpoint, 3",
        "checkpoint, 5",
        "archive, 2",
        "archive, 3",
        "archive, 5"
    })
    void hasTheClassesOfTheDataAndLeavesTheBaseModelItsOwn(String form, int count)
            throws Exception {
        Path base = form.equals("archive") ? Models.directory(CLASSIFIER) : checkpoint(CLASSIFIER);
        TextData data = texts(count);
        List<String> labels = IntStream.range(0, count).mapToObj(i -> "class" + i).toList();
        Path output = folder.resolve("adapter");
        FineTuningResult result;
        float[] own;
        float[] tuned;
        try (AdaptedModel model = AdaptedModel.open(base)) {
            own = logits(model);
            result = tuner(model, data, output).build().run();
            tuned = logits(model);
            assertThat(tuned).hasSize(count);
            model.merge();
            assertThat(logits(model)).isEqualTo(tuned);
            model.unmerge();
            model.activate();
            assertThat(logits(model)).isEqualTo(own);
            model.delete("default");
            assertThat(logits(model)).isEqualTo(own);
        }
        String opening = "num_labels=%d, ignore_mismatched_sizes=True".formatted(count);
        assertThat(Files.readString(output.resolve("README.md")).contains(opening))
                .isEqualTo(count != 3);
        assertThat(result.startMetrics()).isEmpty();
        assertThat(result.provenance().options()).containsEntry("new_head", "true");
        try (AdaptedModel model = AdaptedModel.open(base)) {
            assertThat(Evaluator.evaluate(model, output, data)).isEqualTo(result.metrics());
            Adapter adapter = AdapterDirectory.load(model, "a", output);
            assertThat(OutputLabels.of(model, adapter)).contains(labels);
            assertThat(logits(model)).isEqualTo(tuned);
            AdapterDirectory.save(model, "a", folder.resolve("again"));
            AdapterDirectory.load(model, "b", folder.resolve("again"));
            model.activate("b");
            assertThat(logits(model)).isEqualTo(tuned);
            model.activate();
            assertThat(logits(model)).isEqualTo(own);
            try (TaskModel<String, Classifications> task =
                    TaskModel.of(model, String.class, Classifications.class, "a")) {
                assertThat(classes(task)).containsExactlyInAnyOrderElementsOf(labels);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"torchscript", "matmul", "huggingface", "huggingface of an archive"})
    void isWrittenIntoMergedModelsWithItsClasses(String format) throws Exception {
        Path base =
                format.endsWith("archive") ? Models.directory(CLASSIFIER) : checkpoint(CLASSIFIER);
        Path exported = folder.resolve("exported");
        float[] tuned;
        try (AdaptedModel model = AdaptedModel.open(base)) {
            tuner(model, texts(4), folder.resolve("adapter")).build().run();
            tuned = logits(model);
            try (TaskModel<String, Classifications> task =
                    TaskModel.of(model, String.class, Classifications.class, "default")) {
                switch (format) {
                    case "torchscript" -> task.export(exported);
                    case "matmul" -> task.export(exported, model.matmul());
                    default -> task.exportCheckpoint(exported);
                }
            }
        }
        List<String> labels = List.of("class0", "class1", "class2", "class3");
        assertThat(ModelDirectory.open(exported).labels()).isEqualTo(labels);
        assertThat(Files.readString(exported.resolve("config.json")))
                .contains("\"num_labels\": 4", "BertForSequenceClassification");
        try (AdaptedModel model = AdaptedModel.open(exported)) {
            assertClose(logits(model), tuned);
        }
        if (!format.startsWith("huggingface")) {
            try (AdaptedModel model = AdaptedModel.open(base);
                    NDManager scope = NDManager.newBaseManager("PyTorch")) {
                NDList inputs = TaskHead.smallInput(model, 0, scope);
                NDArray stock = TinyAdapters.stock(exported, inputs, scope).get(0);
                assertThat(stock.getShape()).isEqualTo(new Shape(1, 4));
            }
        }
    }

    @Test
    void startsAsOtherNewHeads() throws IOException {
        List<float[]> starts = new ArrayList<>();
        for (long seed : new long[] {1, 1, 2}) {
            try (AdaptedModel model = AdaptedModel.open(checkpoint(CLASSIFIER))) {
                model.model().getNDManager().getEngine().setRandomSeed((int) seed);
                Adapter adapter =
                        tuner(model, texts(4), folder.resolve("adapter"))
                                .build()
                                .prepare()
                                .addAdapter("a", LoraConfig.builder().optRank(2).build());
                NDArray weight = adapter.savedModules().get("classifier.weight").getArray();
                assertThat(weight.getShape()).isEqualTo(new Shape(4, 32));
                assertThat(adapter.savedModules().get("classifier.bias").getArray().toFloatArray())
                        .containsExactly(0, 0, 0, 0);
                starts.add(weight.toFloatArray());
            }
        }
        double squares = 0;
        for (float value : starts.get(0)) {
            squares += value * value;
        }
        // the mean of 128 squares has a deviation of an eighth
        assertThat(Math.sqrt(squares / 128)).isBetween(0.02 * 0.7, 0.02 * 1.3);
        assertThat(starts.get(1)).isEqualTo(starts.get(0));
        assertThat(starts.get(2)).isNotEqualTo(starts.get(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "electra-classifier",
                "mpnet-far-classifier",
                "tiny-distilbert-classifier",
                "tiny-deberta-v2-classifier",
                "tiny-vit-classifier",
                "gpt2-score",
                "llama-score"
            })
    void everyKindOfHeadCanStartNew(String name) throws Exception {
        try (AdaptedModel model = AdaptedModel.open(checkpoint(name));
                NDManager scope = NDManager.newBaseManager("PyTorch")) {
            int side = model.directory().orElseThrow().imageSize().orElse(0);
            LabelSpace labels =
                    new LabelSpace(TaskKind.CLASSIFICATION, List.of("a", "b", "c", "d", "e", "f"));
            TaskHead.choose(
                            model,
                            side,
                            HeadConfig.Pooling.MEAN,
                            HeadConfig.PairEncoding.CROSS,
                            labels,
                            true)
                    .addTo(model, "a", LoraConfig.builder().optRank(2).build());
            NDList inputs =
                    TinyAdapters.inputs(
                            model, checkpoint(name).resolve("expected.safetensors"), scope);
            NDArray logits = TinyAdapters.named(model.predict(inputs), "logits");
            assertThat(logits.getShape()).isEqualTo(new Shape(inputs.get(0).getShape().get(0), 6));
        }
    }

    @Test
    void keepsTheHiddenLayerOfAHead() throws IOException {
        Path base = checkpoint("tiny-roberta-classifier");
        try (AdaptedModel model = AdaptedModel.open(base)) {
            float[] dense = model.baseParameters().get("classifier.dense.weight").toFloatArray();
            Adapter adapter =
                    tuner(model, texts(4), folder.resolve("adapter"))
                            .build()
                            .prepare()
                            .addAdapter("a", LoraConfig.builder().optRank(2).build());
            assertThat(adapter.savedModules().get("classifier.dense.weight").getArray())
                    .satisfies(array -> assertThat(array.toFloatArray()).isEqualTo(dense));
            assertThat(logits(model)).hasSize(4);
        }
    }

    @Test
    void tagsTokensByTheTagsOfTheData() throws Exception {
        TokenData data =
                TokenData.of(
                        List.of(
                                TokenData.Row.of(List.of("a", "fox"), List.of("O", "B-ANIMAL")),
                                TokenData.Row.of(List.of("a", "dog"), List.of("O", "I-ANIMAL"))));
        Path base = checkpoint("tiny-bert-tokens");
        Path output = folder.resolve("adapter");
        FineTuningResult result;
        try (AdaptedModel model = AdaptedModel.open(base)) {
            assertThatThrownBy(() -> tuner(model, data, output).optNewHead(false).build().run())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has 5 outputs, but the training data needs 3")
                    .hasMessageContaining("start the head new (--new-head, optNewHead)");
            result = tuner(model, data, output).build().run();
            assertThat(result.startMetrics()).isEmpty();
        }
        assertThat(Files.readString(output.resolve("labels.json")))
                .isEqualToIgnoringWhitespace("[\"O\",\"B-ANIMAL\",\"I-ANIMAL\"]");
        try (AdaptedModel model = AdaptedModel.open(base)) {
            assertThat(Evaluator.evaluate(model, output, data)).isEqualTo(result.metrics());
        }
    }

    @Test
    void predictsANumberFromTheMeanOn() throws Exception {
        TextData data =
                TextData.of(
                        List.of(
                                TextData.Row.of("7", "a b"),
                                TextData.Row.of("8", "c d"),
                                TextData.Row.of("9", "e f")));
        try (AdaptedModel model = AdaptedModel.open(checkpoint(CLASSIFIER))) {
            tuner(model, data, folder.resolve("adapter"))
                    .optTask(TaskKind.REGRESSION)
                    .optHeadLearningRate(1e-6)
                    .build()
                    .run();
            assertThat(logits(model)).hasSize(1);
            // weights of 0.02 add less than 1 to the mean of the data
            assertThat(logits(model)[0]).isBetween(7f, 9f);
            try (TaskModel<String, Float> task =
                    TaskModel.of(model, String.class, Float.class, "default")) {
                assertThat(task.predict("a b")).isBetween(7f, 9f);
            }
        }
    }

    @Test
    void anAdapterOfPeftBringsItsNumberOfClasses() throws Exception {
        Path original =
                TinyAdapters.resource("checkpoints/lora-modulestosave-tiny-bert-classifier");
        Path larger = Files.createDirectories(folder.resolve("larger"));
        Files.copy(original.resolve("adapter_config.json"), larger.resolve("adapter_config.json"));
        try (SafetensorsFile file =
                        SafetensorsFile.open(original.resolve("adapter_model.safetensors"));
                NDManager scope = NDManager.newBaseManager("PyTorch")) {
            Map<String, NDArray> tensors = new LinkedHashMap<>();
            for (String name : file.tensors().keySet()) {
                NDArray array = file.read(scope, name);
                tensors.put(name, name.contains("classifier") ? array.concat(array) : array);
            }
            SafetensorsFile.write(larger.resolve("adapter_model.safetensors"), tensors, Map.of());
        }
        try (AdaptedModel model = AdaptedModel.open(checkpoint(CLASSIFIER))) {
            AdapterDirectory.load(model, "three", original);
            float[] three = logits(model);
            Adapter adapter = AdapterDirectory.load(model, "six", larger);
            model.activate("six");
            float[] six = logits(model);
            assertThat(six).hasSize(6);
            for (int i = 0; i < 6; i++) {
                assertThat(Math.abs(six[i] - three[i % 3])).isLessThan(FLOAT32);
            }
            assertThat(OutputLabels.of(model, adapter).orElseThrow())
                    .containsExactly(
                            "LABEL_0", "LABEL_1", "LABEL_2", "LABEL_3", "LABEL_4", "LABEL_5");
            assertThatThrownBy(() -> AdapterDirectory.swap(model, "three", larger))
                    .hasMessageContaining("has a head of another size; load it as a separate");
            AdapterDirectory.replace(model, "three", larger);
            model.activate("three");
            assertThat(logits(model)).isEqualTo(six);
        }
    }

    @Test
    void isRefusedWhereItHasNoPlace() throws Exception {
        Path onnx = Files.writeString(folder.resolve("base.onnx"), "");
        try (AdaptedModel model = AdaptedModel.open(checkpoint(CLASSIFIER));
                NDManager scope = NDManager.newBaseManager("PyTorch")) {
            tuner(model, texts(4), folder.resolve("adapter")).build().run();
            assertThatThrownBy(model::mergeAndUnload)
                    .hasMessageContaining("has a head of another size than the base model");
            try (TaskModel<String, Classifications> task =
                    TaskModel.of(model, String.class, Classifications.class, "default")) {
                assertThatThrownBy(() -> task.exportOnnx(onnx, folder.resolve("merged")))
                        .hasMessageContaining("for which " + onnx + " has no place");
            }
            model.add(
                    "other",
                    LoraConfig.builder().optRank(2).optTargets(Targets.of("classifier")).build());
            assertThatThrownBy(() -> model.activate("default", "other"))
                    .hasMessageContaining("the former has classifier in another size");
            NDList two = new NDList();
            TaskHead.smallInput(model, 0, scope).forEach(input -> two.add(input.repeat(0, 2)));
            assertThatThrownBy(() -> model.predict(two, List.of("default", AdaptedModel.BASE)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(model.predict(two, List.of("default", "default")).get(0).getShape())
                    .isEqualTo(new Shape(2, 4));
        }
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-llama"))) {
            TextData data = texts(2);
            assertThatThrownBy(
                            () ->
                                    tuner(model, data, folder.resolve("b"))
                                            .optTask(TaskKind.CAUSAL_LM)
                                            .build()
                                            .run())
                    .hasMessageContaining("trains no head that could start new; leave the choice");
        }
    }

    @Test
    void becomesPartOfLora() throws Exception {
        try (AdaptedModel model = AdaptedModel.open(checkpoint(CLASSIFIER))) {
            tuner(model, texts(4), folder.resolve("adapter")).build().run();
            float[] tuned = logits(model);
            AdapterAlgebra.toLora(model, "default", "lora", 32);
            model.activate("lora");
            float[] converted = logits(model);
            assertClose(converted, tuned);
        }
    }

    private static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(actual[i] - expected[i])).isLessThan(FLOAT32);
        }
    }
}
