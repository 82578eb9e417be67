/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.archive.ArchiveEditor;
import org.djladapters.archive.ClassText;
import org.djladapters.archive.Statement;
import org.djladapters.archive.TorchArchive;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.checkpoint.merged.Export;
import org.djladapters.checkpoint.merged.LinearProducts;
import org.djladapters.checkpoint.merged.MergedModel;
import org.djladapters.data.MultiLabelData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TextData;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.djladapters.model.SharedModels;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.task.Evaluator;
import org.djladapters.task.TaskModel;
import org.djladapters.task.multilabel.ChosenClasses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Adapters that PEFT 0.17.1 saved of classifiers, loaded into exports of the encoders of these,
 * with the logits that the classifiers gave in Python.
 */
class ClassifierAdapterTest {

    @RegisterExtension static final SharedModels MODELS = new SharedModels();

    /** As of other checkpoints: some sums of 64 products of size one in float32. */
    private static final float FLOAT32 = 40 * Math.ulp(1f);

    private static final String BERT = "lora-tiny-bert";
    private static final String POOLER = "lora-pooler-tiny-bert";
    private static final String SEVERAL = "lora-several-tiny-bert";
    private static final String DEBERTA = "lora-tiny-deberta-v3";

    @TempDir Path folder;

    static List<String> adapters() throws IOException {
        try (Stream<Path> directories = Files.list(TinyAdapters.resource("classifiers"))) {
            return directories.map(d -> d.getFileName().toString()).sorted().toList();
        }
    }

    private static Path original(String adapter) {
        return TinyAdapters.resource("classifiers/" + adapter);
    }

    private static String base(String adapter) {
        return adapter.substring(adapter.indexOf("tiny-"));
    }

    private static void assertLogits(String adapter, NDList outputs) throws IOException {
        Path recorded = original(adapter).resolve("expected.safetensors");
        try (SafetensorsFile expected = SafetensorsFile.open(recorded);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray logits = expected.read(manager, "output.logits");
            NDArray actual = TinyAdapters.named(outputs, "logits");
            assertThat(actual.getShape()).isEqualTo(logits.getShape());
            float largest = Math.max(1, logits.abs().max().getFloat());
            assertThat(actual.sub(logits).abs().max().getFloat()).isLessThan(FLOAT32 * largest);
        }
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void givesTheLogitsOfTheClassifier(String name) throws Exception {
        AdaptedModel model = MODELS.open(base(name));
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = TinyAdapters.inputs(model, manager);
            Map<String, String> features = TinyAdapters.predictions(model);
            Adapter adapter = AdapterDirectory.load(model, "a", original(name));
            assertThat(adapter.warnings()).isEmpty();
            assertLogits(name, model.predict(inputs));
            model.merge();
            assertLogits(name, model.predict(inputs));
            model.unmerge();
            model.activate();
            assertThat(TinyAdapters.predictions(model)).isEqualTo(features);
        }
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void isSavedAsPeftSavesIt(String name) throws Exception {
        Path written = folder.resolve("written");
        AdaptedModel model = MODELS.open(base(name));
        AdapterDirectory.load(model, "a", original(name));
        Map<String, String> predictions = TinyAdapters.predictions(model);
        AdapterDirectory.save(model, "a", written);
        assertThat(shapes(written)).isEqualTo(shapes(original(name)));
        JsonObject config = config(written);
        JsonObject expected = config(original(name));
        assertThat(config.get("task_type")).isEqualTo(expected.get("task_type"));
        assertThat(texts(config, "modules_to_save")).isSubsetOf(texts(expected, "modules_to_save"));
        assertThat(config.keySet()).isEqualTo(expected.keySet());
        for (String field : List.of("target_modules", "exclude_modules", "r", "lora_alpha")) {
            if (!name.contains("alllinear")) { // of which PEFT lists every layer
                assertThat(texts(config, field)).isEqualTo(texts(expected, field));
            }
        }
        assertThat(written.resolve("head_config.json")).doesNotExist();
        model.unload();
        AdapterDirectory.load(model, "b", written);
        assertThat(TinyAdapters.predictions(model)).isEqualTo(predictions);
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void becomesPartOfTheMergedProgram(String name) throws Exception {
        Path exported = folder.resolve("exported");
        AdaptedModel model = MODELS.open(base(name));
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            AdapterDirectory.load(model, "a", original(name));
            MergedModel.export(
                    Export.of(model, List.of("a")), exported, Map.of(), LinearProducts.PORTABLE);
            NDList inputs = TinyAdapters.inputs(model, manager);
            try (ZooModel<NDList, NDList> plain =
                            Criteria.builder()
                                    .setTypes(NDList.class, NDList.class)
                                    .optModelPath(exported)
                                    .optEngine("PyTorch")
                                    .optDevice(Device.cpu())
                                    .optTranslator(new ai.djl.translate.NoopTranslator(null))
                                    .build()
                                    .loadModel();
                    var predictor = plain.newPredictor()) {
                assertLogits(name, predictor.predict(inputs));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void isSwappedAndTrainedFurther(String name) throws Exception {
        Path trained = folder.resolve("trained");
        AdaptedModel model = MODELS.open(base(name));
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = TinyAdapters.inputs(model, manager);
            Adapter adapter = AdapterDirectory.load(model, "a", original(name));
            Map<String, float[]> before = values(adapter);
            train(model, inputs);
            assertThat(values(adapter))
                    .allSatisfy((key, now) -> assertThat(now).isNotEqualTo(before.get(key)));
            Map<String, String> after = TinyAdapters.predictions(model);
            AdapterDirectory.save(model, "a", trained);

            AdapterDirectory.swap(model, "a", original(name));
            assertLogits(name, model.predict(inputs));
            AdapterDirectory.swap(model, "a", trained);
            assertThat(TinyAdapters.predictions(model)).isEqualTo(after);
        }
    }

    private static Map<String, float[]> values(Adapter adapter) {
        Map<String, float[]> values = new LinkedHashMap<>();
        adapter.parameters().forEach((key, p) -> values.put(key, p.getArray().toFloatArray()));
        return values;
    }

    private static void train(AdaptedModel model, NDList inputs) {
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                        .optDevices(new Device[] {Device.cpu()})
                        .optOptimizer(
                                Optimizer.adam()
                                        .optLearningRateTracker(Tracker.fixed(0.01f))
                                        .build());
        try (Trainer trainer = model.newTrainer(config);
                NDManager scope = trainer.getManager().newSubManager()) {
            trainer.initialize(inputs.getShapes());
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDArray labels = scope.create(new long[] {0, 2});
                NDList logits = trainer.forward(inputs);
                collector.backward(trainer.getLoss().evaluate(new NDList(labels), logits));
            }
            trainer.step();
        }
    }

    @ParameterizedTest
    @CsvSource({"default", "weight"})
    void theAdaptersNameInTheClassifiersKeysIsUnderstood(String name) throws Exception {
        Path changed =
                copy(
                        "lora-tiny-roberta",
                        config -> {},
                        tensors -> {
                            for (String key : List.copyOf(tensors.keySet())) {
                                String head = "base_model.model.classifier.";
                                if (key.startsWith(head)) {
                                    tensors.put(
                                            key.replace(
                                                    head, head + "modules_to_save." + name + "."),
                                            tensors.remove(key));
                                }
                            }
                        });
        AdaptedModel model = MODELS.open(base("lora-tiny-roberta"));
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            AdapterDirectory.load(model, "a", changed);
            assertLogits("lora-tiny-roberta", model.predict(TinyAdapters.inputs(model, manager)));
        }
    }

    /** Backtracking takes 2^30 steps and more on it. */
    @Test
    void anExpressionThatBacktrackingCannotAnswerIsAnswered() throws Exception {
        Path changed =
                copy(BERT, c -> c.addProperty("exclude_modules", "(([a-z.]|\\w)+)+!"), t -> {});
        AdaptedModel model = MODELS.open(base(BERT));
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            AdapterDirectory.load(model, "a", changed);
            assertLogits(BERT, model.predict(TinyAdapters.inputs(model, manager)));
        }
    }

    @Test
    void bringsThePoolerThatAnExportHasNot() throws Exception {
        Path exported = withoutPooler();
        try (AdaptedModel model = AdaptedModel.open(exported);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs =
                    TinyAdapters.inputs(
                            model,
                            Models.directory("tiny-bert").resolve("expected.safetensors"),
                            manager);
            Adapter adapter = AdapterDirectory.load(model, "a", original(POOLER));
            assertThat(adapter.headConfig().flatMap(HeadConfig::hidden))
                    .contains(HeadConfig.Activation.TANH);
            assertLogits(POOLER, model.predict(inputs));
            Path written = folder.resolve("written");
            AdapterDirectory.save(model, "a", written);
            assertThat(shapes(written)).isEqualTo(shapes(original(POOLER)));
            assertThat(texts(config(written), "modules_to_save"))
                    .containsExactly("\"classifier\"", "\"pooler\"");
        }
        assertRefused(exported, original(BERT), "'bert.pooler.dense'", "a model with its pooler");
    }

    /** An export of tiny-bert whose program gives the hidden states alone. */
    private Path withoutPooler() throws IOException {
        Path exported = Files.createDirectories(folder.resolve("tiny-bert"));
        Path directory = Models.directory("tiny-bert");
        TorchArchive archive = TorchArchive.open(directory.resolve("tiny-bert.pt"));
        ArchiveEditor editor = archive.edit();
        ClassText root = archive.classOf(archive.module());
        Statement last =
                archive.forward().statements().stream()
                        .filter(statement -> statement.text().contains("pooler_output"))
                        .findFirst()
                        .orElseThrow();
        editor.replaceStatement(
                root, last, last.text().replaceFirst(", \"pooler_output\": \\w+", ""));
        editor.write(exported.resolve("tiny-bert.pt"));
        Files.copy(directory.resolve("config.json"), exported.resolve("config.json"));
        return exported;
    }

    @Test
    void whatCanNotBeRightIsRefused() throws Exception {
        Path bert = Models.directory("tiny-bert");
        Path tokens = copy(BERT, c -> c.addProperty("task_type", "TOKEN_CLS"), t -> {});
        assertRefused(bert, tokens, "'TOKEN_CLS'", "export the classifier");

        Path unknown = copy(BERT, c -> c.add("task_type", null), t -> {});
        assertRefused(bert, unknown, "\"task_type\": \"SEQ_CLS\"");

        Path frozen = TinyAdapters.resource("checkpoints/lora-plain-tiny-bert-classifier");
        assertRefused(bert, frozen, "holds no classifier", "export the classifier");

        Path poor =
                copy(DEBERTA, c -> {}, t -> t.keySet().removeIf(name -> name.contains("pooler")));
        assertRefused(
                Models.directory("tiny-deberta-v3"),
                poor,
                "'pooler.dense'",
                "[classifier, pooler] as modules_to_save");

        Path adapted =
                copy(
                        BERT,
                        c -> {},
                        t -> {
                            String head = "base_model.model.classifier.";
                            t.put(head + "lora_A.weight", t.remove(head + "weight"));
                            t.put(head + "lora_B.weight", t.remove(head + "bias"));
                        });
        assertRefused(bert, adapted, "holds no classifier", "export the classifier");
        assertThat(holdsClassifier("tiny-bert", adapted)).isFalse();
    }

    @Test
    void anAdapterOfAModelAroundOneOfUnknownTypeIsRefused() throws Exception {
        Path wrapped =
                copy(
                        BERT,
                        c -> {},
                        t -> {
                            for (String key : List.copyOf(t.keySet())) {
                                t.put(key.replace(".bert.", ".inner."), t.remove(key));
                            }
                        });
        assertRefused(
                Models.directory("tiny-bert"),
                wrapped,
                "of which this model is the module 'inner'",
                "export that");
    }

    private static void assertRefused(Path base, Path adapter, String... messages)
            throws IOException {
        AdaptedModel model = MODELS.open(base);
        assertThatThrownBy(() -> AdapterDirectory.load(model, "a", adapter))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContainingAll(messages)
                .hasMessageContaining(adapter.toString())
                .hasMessageNotContaining("\n");
        assertThat(model.names()).isEmpty();
    }

    @Test
    void classesAreNamedByTheAdapterElseByTheBase() throws Exception {
        String bert = "tiny-bert";
        String named = "tiny-bert-classifier";
        assertThat(labels(original(POOLER), named)).contains(List.of("bad", "fair", "good"));
        assertThat(labels(original(BERT), named))
                .contains(List.of("negative", "neutral", "positive"));
        assertThat(labels(original(BERT), bert)).contains(List.of("LABEL_0", "LABEL_1", "LABEL_2"));
        Path own = copy(POOLER, c -> {}, t -> {});
        Files.writeString(own.resolve("labels.json"), "[\"x\", \"y\", \"z\"]");
        assertThat(labels(own, named)).contains(List.of("x", "y", "z"));
        Path frozen = TinyAdapters.resource("checkpoints/lora-plain-tiny-bert-classifier");
        assertThat(holdsClassifier(named, frozen)).isFalse();
        assertThat(labels(frozen, named)).contains(List.of("negative", "neutral", "positive"));
    }

    private static boolean holdsClassifier(String base, Path adapter) throws IOException {
        return Classifier.isSaved(
                MODELS.open(base),
                adapter.resolve("adapter_config.json"),
                adapter.resolve("adapter_model.safetensors"));
    }

    /** PEFT has no task_type for images, and does not always say the class of the model. */
    @Test
    void classesOfImagesAreNamedByTheAdapterToo() throws Exception {
        String images = "lora-tiny-dinov2";
        Path named = copy(images, c -> c.remove("auto_mapping"), t -> {});
        assertThat(labels(named, base(images))).contains(List.of("LABEL_0", "LABEL_1", "LABEL_2"));
        Files.writeString(
                named.resolve("config.json"),
                "{\"id2label\": {\"0\": \"cat\", \"1\": \"dog\", \"2\": \"owl\"}}");
        assertThat(labels(named, base(images))).contains(List.of("cat", "dog", "owl"));
    }

    /** The names that the outputs of an adapter have in a model, before and after it is saved. */
    private Optional<List<String>> labels(Path adapter, String base) throws IOException {
        AdaptedModel model = MODELS.open(base);
        Adapter loaded = AdapterDirectory.load(model, "a", adapter);
        Path saved = Files.createTempDirectory(folder, "saved").resolve("adapter");
        AdapterDirectory.save(model, "a", saved);
        Adapter again = AdapterDirectory.load(model, "b", saved);
        Optional<List<String>> labels = OutputLabels.of(model, loaded);
        assertThat(OutputLabels.of(model, again)).isEqualTo(labels);
        return labels;
    }

    @Test
    void oneOutputIsANumberOnlyIfSomethingSaysSo() throws Exception {
        String bert = "tiny-bert";
        Path one =
                copy(
                        BERT,
                        c -> {},
                        t ->
                                t.replaceAll(
                                        (name, array) ->
                                                name.contains("classifier")
                                                        ? array.get("0:1")
                                                        : array));
        assertThatThrownBy(() -> labels(one, bert))
                .hasMessageContaining("\"problem_type\": \"regression\"");
        for (String says :
                List.of(
                        "{\"problem_type\": \"regression\"}",
                        "{\"num_labels\": 1}",
                        "{\"id2label\": {\"0\": \"LABEL_0\"}}")) {
            Files.writeString(one.resolve("config.json"), says);
            assertThat(labels(one, bert)).contains(List.of());
        }
        Files.writeString(
                one.resolve("config.json"), "{\"id2label\": {\"0\": \"a\", \"1\": \"b\"}}");
        assertThatThrownBy(() -> labels(one, bert))
                .hasMessageContaining(
                        "describes 2 outputs, but the classifier of the adapter has 1");
        Files.writeString(
                one.resolve("config.json"), "{\"problem_type\": \"multi_label_classification\"}");
        assertThatThrownBy(() -> labels(one, bert))
                .hasMessageContaining("the classifier of the adapter has one output");
        Path unknown = copy(BERT, c -> {}, t -> {});
        Files.writeString(unknown.resolve("config.json"), "{\"problem_type\": \"ordinal\"}");
        assertThatThrownBy(() -> labels(unknown, bert)).hasMessageContaining("'ordinal'");
    }

    /** Its logits are right, only the names of one class for each input would be wrong. */
    @Test
    void aClassifierWithoutPredictionsHereStillGivesLogits() throws Exception {
        Path unknown = copy(BERT, c -> {}, t -> {});
        Files.writeString(unknown.resolve("config.json"), "{\"problem_type\": \"ordinal\"}");
        Path saved = folder.resolve("saved");
        for (Path adapter : List.of(unknown, saved)) {
            AdaptedModel model = MODELS.open(base(BERT));
            try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
                Adapter loaded = AdapterDirectory.load(model, "a", adapter);
                assertLogits(BERT, model.predict(TinyAdapters.inputs(model, manager)));
                assertThatThrownBy(() -> OutputLabels.of(model, loaded))
                        .isInstanceOf(MalformedFileException.class)
                        .hasMessageContaining("'ordinal'");
                assertThatThrownBy(() -> TaskModel.of(model, NDList.class, NDList.class))
                        .hasMessageContaining("'ordinal'");
                AdapterDirectory.save(model, "a", saved);
                Path merged = folder.resolve("merged-" + adapter.getFileName());
                MergedModel.export(
                        Export.of(model, List.of("a")), merged, Map.of(), LinearProducts.PORTABLE);
            }
        }
    }

    /** PEFT writes no {@code problem_type}: that of the model that was trained is beside it. */
    @Test
    void severalClassesAtOnceHaveTheProbabilitiesOfPython() throws Exception {
        JsonObject recorded =
                JsonFiles.read(original(SEVERAL).resolve("probabilities.json")).getAsJsonObject();
        Path saved = folder.resolve("saved");
        for (Path adapter : List.of(original(SEVERAL), saved)) {
            AdaptedModel model = MODELS.open(base(SEVERAL));
            Map<String, Double> metrics = Evaluator.evaluate(model, adapter, rows(recorded));
            recorded.getAsJsonObject("metrics")
                    .asMap()
                    .forEach(
                            (name, value) ->
                                    assertThat(metrics.get(name))
                                            .as(name)
                                            .isCloseTo(value.getAsDouble(), within(1e-6)));
            AdapterDirectory.load(model, "a", adapter);
            if (!Files.exists(saved)) {
                AdapterDirectory.save(model, "a", saved);
            }
            try (TaskModel<String, Classifications> task =
                    TaskModel.of(model, String.class, Classifications.class)) {
                assertProbabilities(task, recorded);
                Path merged = folder.resolve("merged-" + adapter.getFileName());
                task.exportCheckpoint(merged);
                Path plain = folder.resolve("plain-" + adapter.getFileName());
                MergedModel.export(
                        Export.of(model, List.of("a")), plain, Map.of(), LinearProducts.PORTABLE);
                assertThat(ModelDirectory.open(plain).problemType())
                        .contains("multi_label_classification");
                try (TaskModel<String, Classifications> again =
                        TaskModel.open(merged, String.class, Classifications.class)) {
                    assertProbabilities(again, recorded);
                }
            }
        }
    }

    /** A base model that says so is as good as a file beside the adapter. */
    @Test
    void theBaseModelMaySayThatSeveralClassesAreGiven() throws Exception {
        JsonObject recorded =
                JsonFiles.read(original(SEVERAL).resolve("probabilities.json")).getAsJsonObject();
        Path adapter = copy(SEVERAL, c -> {}, t -> {});
        Path base = Files.createDirectory(folder.resolve(base(SEVERAL)));
        for (String file : List.of("tiny-bert.pt", "serving.properties", "tokenizer.json")) {
            Files.copy(Models.directory(base(SEVERAL)).resolve(file), base.resolve(file));
        }
        Files.move(adapter.resolve("config.json"), base.resolve("config.json"));
        assertThatThrownBy(
                        () ->
                                Evaluator.evaluate(
                                        MODELS.open(base(SEVERAL)), adapter, rows(recorded)))
                .hasMessageContaining("Nothing says that the adapter")
                .hasMessageContaining("write {\"problem_type\": \"multi_label_classification\"}");
        try (TaskModel<String, ChosenClasses> task =
                TaskModel.open(base, adapter, String.class, ChosenClasses.class)) {
            assertProbabilities(task, recorded);
        }
    }

    private static MultiLabelData rows(JsonObject recorded) {
        List<MultiLabelData.Row> rows = new ArrayList<>();
        for (int i = 0; i < recorded.getAsJsonArray("texts").size(); i++) {
            rows.add(
                    MultiLabelData.Row.of(
                            recorded
                                    .getAsJsonArray("labels")
                                    .get(i)
                                    .getAsJsonArray()
                                    .asList()
                                    .stream()
                                    .map(JsonElement::getAsString)
                                    .toList(),
                            recorded.getAsJsonArray("texts").get(i).getAsString()));
        }
        return MultiLabelData.of(rows);
    }

    private static void assertProbabilities(
            TaskModel<String, ? extends Classifications> task, JsonObject recorded)
            throws Exception {
        assertThat(task.kind()).contains(TaskKind.MULTI_LABEL_CLASSIFICATION);
        JsonArray texts = recorded.getAsJsonArray("texts");
        for (int i = 0; i < texts.size(); i++) {
            Classifications found = task.predict(texts.get(i).getAsString());
            JsonObject expected = recorded.getAsJsonArray("probabilities").get(i).getAsJsonObject();
            assertThat(found.getClassNames()).containsExactlyElementsOf(expected.keySet());
            for (String label : expected.keySet()) {
                assertThat((float) found.get(label).getProbability())
                        .isCloseTo(expected.get(label).getAsFloat(), within(FLOAT32));
            }
        }
    }

    @Test
    void anotherAdapterBringsItsOwnNames() throws Exception {
        AdaptedModel model = MODELS.open(base(BERT));
        Adapter adapter = AdapterDirectory.load(model, "a", original(BERT));
        Path own = copy(BERT, c -> {}, t -> {});
        Files.writeString(
                own.resolve("config.json"),
                "{\"id2label\": {\"0\": \"u\", \"1\": \"v\", \"2\": \"w\"}}");
        AdapterDirectory.swap(model, "a", own);
        assertThat(OutputLabels.of(model, adapter)).contains(List.of("u", "v", "w"));
    }

    @Test
    void predictsAndIsEvaluatedLikeOneThatWasTrainedHere() throws Exception {
        Path data = folder.resolve("dev.tsv");
        Files.writeString(data, "label\tsentence1\nbad\ta b c\ngood\td e\n");
        Path adapter = original(POOLER);
        AdaptedModel model = MODELS.open(base(POOLER));
        Map<String, Double> metrics = Evaluator.evaluate(model, adapter, TextData.read(data));
        assertThat(metrics.get("accuracy")).isBetween(0.0, 1.0);
        AdapterDirectory.load(model, "a", adapter);
        Path exported = folder.resolve("exported");
        try (TaskModel<String, Classifications> task =
                TaskModel.of(model, String.class, Classifications.class)) {
            Classifications adapted = task.predict("a b c");
            assertThat(adapted.getClassNames()).containsExactly("bad", "fair", "good");
            task.export(exported);
        }
        assertThat(ModelDirectory.open(exported).labels()).containsExactly("bad", "fair", "good");
    }

    private static Map<String, Shape> shapes(Path directory) throws IOException {
        Map<String, Shape> shapes = new TreeMap<>();
        try (SafetensorsFile file =
                SafetensorsFile.open(directory.resolve("adapter_model.safetensors"))) {
            file.tensors().forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        }
        return shapes;
    }

    private static JsonObject config(Path directory) throws IOException {
        return JsonFiles.read(directory.resolve("adapter_config.json")).getAsJsonObject();
    }

    private static List<String> texts(JsonObject config, String field) {
        JsonElement value = config.get(field);
        List<JsonElement> list = value instanceof JsonArray array ? array.asList() : List.of(value);
        return list.stream().map(JsonElement::toString).toList();
    }

    /** A copy of a checkpoint with changes. */
    private Path copy(
            String name, Consumer<JsonObject> configure, Consumer<Map<String, NDArray>> change)
            throws IOException {
        Path copy = Files.createTempDirectory(folder, "copy");
        JsonObject config = config(original(name));
        configure.accept(config);
        Files.writeString(copy.resolve("adapter_config.json"), JsonFiles.text(config));
        String file = "adapter_model.safetensors";
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                SafetensorsFile stored = SafetensorsFile.open(original(name).resolve(file))) {
            Map<String, NDArray> tensors = new LinkedHashMap<>(stored.readAll(manager));
            change.accept(tensors);
            SafetensorsFile.write(copy.resolve(file), tensors, Map.of());
        }
        if (Files.exists(original(name).resolve("config.json"))) {
            Files.copy(original(name).resolve("config.json"), copy.resolve("config.json"));
        }
        return copy;
    }
}
