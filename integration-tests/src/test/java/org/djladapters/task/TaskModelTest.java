/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.BufferedImageFactory;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import ai.djl.util.StringPair;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.head.LabelsFile;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.djladapters.zoo.AdapterZoo;
import org.djladapters.zoo.TrainedAdapters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskModelTest {

    private static final String BERT = "tiny-bert";
    private static final List<String> TEXTS = List.of("the bill is wrong", "where is it", "why");
    private static final List<StringPair> PAIRS =
            List.of(new StringPair("the bill", "is wrong"), new StringPair("where", "is it"));
    private static final List<String> LABELS = List.of("billing", "delivery", "other");
    private static final HeadConfig HEAD = new HeadConfig(3, HeadConfig.Pooling.MEAN);
    private static final CompoundConfig PLAIN =
            CompoundConfig.builder().optOrders(1).optTargets("query").build();

    @TempDir Path folder;

    private Path tickets;

    @BeforeEach
    void save() throws IOException {
        tickets = adapter(BERT, HEAD, "tickets", labels(LABELS));
    }

    private Path adapter(String base, HeadConfig head, String name, Map<String, String> texts)
            throws IOException {
        return TrainedAdapters.save(base, head, texts, folder.resolve(name));
    }

    private static Map<String, String> labels(List<String> labels) {
        return Map.of(AdapterDirectory.LABELS, LabelsFile.text(labels));
    }

    private static Map<String, String> pairs(List<String> labels) {
        return Map.of(
                AdapterDirectory.LABELS,
                LabelsFile.text(labels),
                AdapterDirectory.PROVENANCE,
                "{\"options\": {\"pairs\": \"true\", \"max_length\": \"16\"}}");
    }

    private AdaptedModel open(String base, String name, Path adapter) throws IOException {
        AdaptedModel model = AdaptedModel.open(Models.directory(base));
        AdapterDirectory.load(model, name, adapter);
        return model;
    }

    private TaskModel<String, Classifications> opened() throws IOException {
        return TaskModel.open(Models.directory(BERT), tickets, String.class, Classifications.class);
    }

    private static TaskModel<String, Classifications> classifier(
            AdaptedModel model, String... adapters) throws IOException {
        return TaskModel.of(model, String.class, Classifications.class, adapters);
    }

    private static List<String> classes(TaskModel<String, Classifications> task)
            throws TranslateException {
        return task.predict(TEXTS).stream().map(TaskModelTest::text).toList();
    }

    /** Bit by bit. */
    private static String text(Classifications result) {
        return result.getClassNames() + " " + result.getProbabilities();
    }

    private static void refused(ThrowingCallable prediction, String part) {
        assertThatThrownBy(prediction)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(
                        "The task model was opened for 'tickets', but the model uses")
                .hasMessageContaining(part);
    }

    @Test
    void openingActivatesTheAdapter() throws Exception {
        try (TaskModel<String, Classifications> alone = opened();
                AdaptedModel model = open(BERT, "other", adapter(BERT, null, "o", Map.of()))) {
            AdapterDirectory.load(model, "tickets", tickets);
            assertThat(model.active()).containsExactly("other");
            try (TaskModel<String, Classifications> task = classifier(model, "tickets")) {
                assertThat(model.active()).containsExactly("tickets");
                assertThat(task.labels()).isEqualTo(LABELS);
                assertThat(classes(task)).isEqualTo(classes(alone));
            }
            model.activate();
            assertThatThrownBy(() -> classifier(model))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "No adapter is active, so only the base model would be used; name one"
                                    + " of [other, tickets]");
            model.merge("other");
            assertThatThrownBy(() -> classifier(model, "tickets"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("[other] are merged; unmerge them");
        }
    }

    @Test
    void onlyTheAdaptersThatItWasOpenedForPredict() throws Exception {
        try (AdaptedModel model = open(BERT, "tickets", tickets);
                TaskModel<String, Classifications> task = classifier(model);
                Predictor<String, Classifications> predictor = task.newPredictor()) {
            List<String> expected = classes(task);
            model.add("other", PLAIN);
            model.activate("other");
            refused(() -> classes(task), "uses 'other' now");
            assertThatThrownBy(() -> predictor.predict("why"))
                    .isInstanceOf(TranslateException.class)
                    .hasRootCauseInstanceOf(IllegalStateException.class);
            model.activate("tickets", "other");
            refused(() -> classes(task), "uses 'tickets' and 'other' now");
            model.activate();
            refused(() -> classes(task), "uses the base model without adapters now");
            model.activate("tickets");
            assertThat(classes(task)).isEqualTo(expected);
            try (AdaptedModel.Scope disabled = model.disable()) {
                assertThat(disabled).isNotNull();
                refused(() -> classes(task), "uses the base model without adapters now");
            }
            model.merge("other");
            refused(() -> classes(task), "uses 'other' now");
        }
    }

    @Test
    void aMergedAdapterPredictsAsAnActiveOne() throws Exception {
        try (AdaptedModel model = open(BERT, "tickets", tickets);
                TaskModel<String, Classifications> task = classifier(model)) {
            List<String> expected = classes(task);
            model.merge("tickets");
            assertThat(classes(task)).isEqualTo(expected);
            try (TaskModel<String, Classifications> merged = classifier(model, "tickets")) {
                assertThat(classes(merged)).isEqualTo(expected);
            }
        }
    }

    @Test
    void anAdapterOfTheSameNameIsAnotherOne() throws Exception {
        try (AdaptedModel model = open(BERT, "tickets", tickets);
                TaskModel<String, Classifications> task = classifier(model)) {
            model.delete("tickets");
            assertThatThrownBy(() -> task.export(folder.resolve("merged")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was deleted");
            AdapterDirectory.load(model, "tickets", tickets);
            assertThatThrownBy(() -> classes(task))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "The task model was opened for another adapter named 'tickets';"
                                    + " open it again");
            assertThatThrownBy(() -> task.export(folder.resolve("merged")))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThat(folder.resolve("merged")).doesNotExist();
    }

    @Test
    void anAdapterThatIsSwappedForOneOfAnotherTaskIsOpenedAgain() throws Exception {
        Map<String, String> trained = new HashMap<>(labels(LABELS));
        trained.put(AdapterDirectory.PROVENANCE, "{\"seed\": 5, \"options\": {}}");
        Path same = adapter(BERT, HEAD, "same", trained);
        Path cut = adapter(BERT, HEAD, "cut", pairs(LABELS));
        Path other = adapter(BERT, HEAD, "letters", labels(List.of("a", "b", "c")));
        try (AdaptedModel model = open(BERT, "tickets", tickets);
                TaskModel<String, Classifications> task = classifier(model)) {
            AdapterDirectory.swap(model, "tickets", same);
            classes(task);
            for (Path another : List.of(cut, other)) {
                AdapterDirectory.swap(model, "tickets", another);
                assertThatThrownBy(() -> classes(task))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("labels or inputs of 'tickets' have changed");
                assertThatThrownBy(() -> task.export(folder.resolve("merged")))
                        .isInstanceOf(IllegalStateException.class);
            }
            try (TaskModel<String, Classifications> again = classifier(model)) {
                assertThat(again.labels()).containsExactly("a", "b", "c");
            }
        }
    }

    @Test
    void noPredictionOfAnyThreadIsMadeWithAnotherAdapter() throws Exception {
        try (AdaptedModel model = open(BERT, "tickets", tickets);
                TaskModel<String, Classifications> task = classifier(model)) {
            AdapterDirectory.load(model, "letters", adapter(BERT, HEAD, "letters", Map.of()));
            List<String> expected = classes(task);
            AtomicBoolean over = new AtomicBoolean();
            ExecutorService threads = Executors.newFixedThreadPool(3);
            try {
                List<Future<Integer>> results = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    Callable<Integer> predictions = () -> predictions(task, expected, over);
                    results.add(threads.submit(predictions));
                }
                for (int i = 0; i < 60; i++) {
                    model.activate(i % 2 == 0 ? "letters" : "tickets");
                    Thread.onSpinWait();
                    model.activate("tickets");
                    classes(task);
                }
                over.set(true);
                for (Future<Integer> result : results) {
                    assertThat(result.get()).isPositive();
                }
            } finally {
                over.set(true);
                threads.shutdown();
            }
        }
    }

    private static int predictions(
            TaskModel<String, Classifications> task, List<String> expected, AtomicBoolean over)
            throws TranslateException {
        int made = 0;
        while (!over.get() || made == 0) {
            try {
                assertThat(classes(task)).isEqualTo(expected);
                made++;
            } catch (IllegalStateException e) {
                assertThat(e).hasMessageContaining("uses 'letters' now");
            }
        }
        return made;
    }

    @Test
    void whatItNeedsIsReleased() throws Exception {
        try (AdaptedModel model = open(BERT, "tickets", tickets)) {
            NDManager manager = model.model().getNDManager();
            try (TaskModel<String, Classifications> task = classifier(model)) {
                classes(task);
            }
            int arrays = manager.getManagedArrays().size();
            try (TaskModel<String, Classifications> task = classifier(model)) {
                classes(task);
                int open = manager.getManagedArrays().size();
                for (int i = 0; i < 200; i++) {
                    classes(task);
                    task.newPredictor().close();
                }
                assertThat(manager.getManagedArrays()).hasSize(open);
            }
            assertThat(manager.getManagedArrays()).hasSize(arrays);
        }
    }

    @Test
    void inputsOfOneTypeArePredictedInTheirOrder() throws Exception {
        try (TaskModel<String, Classifications> task = opened()) {
            List<String> many = new ArrayList<>();
            for (int i = 0; i < 70; i++) {
                many.add(TEXTS.get(i % 3));
            }
            List<Classifications> results = task.predict(many);
            assertThat(results).hasSize(70);
            for (int i = 0; i < 70; i++) {
                assertThat(results.get(i).best().getClassName())
                        .isEqualTo(results.get(i % 3).best().getClassName());
            }
            assertThat(task.predict(TEXTS.get(1)).best().getClassName())
                    .isEqualTo(results.get(1).best().getClassName());
            assertThat(task.predict(List.of())).isEmpty();
            assertThatThrownBy(() -> task.predict(Arrays.asList("a", null)))
                    .hasMessage("Input 2 of 2 is null");
            assertThatThrownBy(() -> task.predict((String) null))
                    .hasMessage("Input 1 of 1 is null");
        }
    }

    @Test
    void aClassificationHasTheProbabilitiesOfAllClasses() throws Exception {
        try (TaskModel<String, Classifications> task = opened()) {
            assertThat(task.kind()).contains(TaskKind.CLASSIFICATION);
            Classifications result = task.predict(TEXTS.get(0));
            assertThat(result.getClassNames()).isEqualTo(LABELS);
            assertThat(result.getProbabilities().stream().mapToDouble(p -> p).sum())
                    .isCloseTo(1, within(1e-6));
            assertThat(result.topK(2)).hasSize(2);
        }
    }

    @Test
    void typesThatTheTaskHasNotAreRefusedAtOpening() throws Exception {
        AdapterDirectory.requireOwnFiles(tickets);
        try (AdaptedModel model = open(BERT, "tickets", tickets)) {
            model.add("other", PLAIN);
            model.activate("other");
            int arrays = model.model().getNDManager().getManagedArrays().size();
            assertThatThrownBy(() -> TaskModel.of(model, String.class, Float.class, "tickets"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "The model does not predict Float from String; it predicts"
                                    + " Classifications from String or StringPair, NDList from"
                                    + " NDList");
            assertThat(model.active()).containsExactly("other");
            assertThat(model.model().getNDManager().getManagedArrays()).hasSize(arrays);
        }
    }

    @Test
    void outputsThatAreNoNumbersAreRefused() throws Exception {
        try (AdaptedModel model = open(BERT, "tickets", tickets);
                TaskModel<String, Classifications> task = classifier(model)) {
            model.adapter("tickets").parameters().get("head.bias").getArray().addi(Float.NaN);
            model.refresh();
            assertThatThrownBy(() -> classes(task))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessageContaining("not finite");
        }
    }

    @Test
    void aModelWithoutADirectoryHasNoTask() throws Exception {
        Model base = Model.newInstance("native", "PyTorch");
        Block linear = Linear.builder().setUnits(2).build();
        linear.initialize(
                base.getNDManager(), ai.djl.ndarray.types.DataType.FLOAT32, new Shape(1, 2));
        base.setBlock(linear);
        try (AdaptedModel model = AdaptedModel.of(base)) {
            assertThatThrownBy(() -> classifier(model))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("save native Blocks with Model.save");
        }
    }

    @Test
    void aHeadTrainedByHandGetsItsLabels() throws Exception {
        Path saved = folder.resolve("saved");
        try (AdaptedModel model = AdaptedModel.open(Models.directory(BERT))) {
            model.add("a", PLAIN, HEAD);
            try (TaskModel<String, Classifications> unnamed = classifier(model)) {
                assertThat(unnamed.labels()).containsExactly("LABEL_0", "LABEL_1", "LABEL_2");
            }
            assertThatThrownBy(() -> OutputLabels.set(model, "a", List.of("a", "b")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("names 2 classes, but the head has 3 outputs");
            OutputLabels.set(model, "a", LABELS);
            try (TaskModel<String, Classifications> task = classifier(model)) {
                assertThat(task.labels()).isEqualTo(LABELS);
            }
            AdapterDirectory.save(model, "a", saved);
        }
        assertThat(AdapterDirectory.labels(saved)).isEqualTo(LABELS);
    }

    @Test
    void tasksThatDifferAreNotOpenedTogether() throws Exception {
        String base = "tiny-bert-classifier";
        Path first = adapter(base, null, "first", labels(List.of("a", "b", "c")));
        Path second = adapter(base, null, "second", labels(List.of("x", "y", "z")));
        try (AdaptedModel model = open(base, "first", first)) {
            AdapterDirectory.load(model, "second", second);
            assertThatThrownBy(() -> classifier(model, "first", "second"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "Adapters 'first' and 'second' are for different tasks; open one of"
                                    + " them");
            assertThat(model.active()).containsExactly("first");
        }
    }

    /** Every door refuses the same labels with the same words. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            textBlock =
                    """
                    tiny-bert            | 3 | ["a", "b"]      | names 2 classes, but the head has 3
                    tiny-bert            | 3 | ["a", "b", "a"] | names 'a' twice
                    tiny-bert            | 3 | []              | as for a single number, but the head has 3
                    tiny-bert            | 1 | ["a", "b"]      | names 2 classes, but the head has 1
                    tiny-bert            | 1 | ["a"]           | names a single class, 'a'
                    tiny-bert            | 0 | ["a", "b"]      | neither the adapter nor the model has one
                    tiny-bert-classifier | 0 | ["a", "b"]      | names 2 classes, but the head has 3
                    tiny-bert-classifier | 0 | ["a", "b", "b"] | names 'b' twice
                    tiny-bert-classifier | 0 | []              | as for a single number, but the head has 3
                    tiny-vit             | 0 | ["a", "b"]      | names 2 classes, but the head has
                    """)
    void labelsThatDoNotFitTheHeadAreRefusedAtEveryDoor(
            String base, int outputs, String text, String message) throws Exception {
        HeadConfig head = outputs == 0 ? null : new HeadConfig(outputs, HeadConfig.Pooling.MEAN);
        Path wrong = adapter(base, head, "wrong", Map.of());
        Files.writeString(wrong.resolve(AdapterDirectory.LABELS), text);
        Path directory = Models.directory(base);
        Path data = Files.writeString(folder.resolve("dev.tsv"), "label\tsentence1\na\tx\n");
        try (AdaptedModel model = AdaptedModel.open(directory)) {
            LabelledData examples = LabelledData.read(data);
            for (ThrowingCallable door :
                    List.<ThrowingCallable>of(
                            () -> AdapterDirectory.load(model, "a", wrong),
                            () -> Evaluator.evaluate(model, wrong, examples),
                            () -> TaskModel.open(directory, wrong, NDList.class, NDList.class),
                            () ->
                                    AdapterZoo.open(
                                            directory,
                                            wrong.toString(),
                                            String.class,
                                            Classifications.class))) {
                assertThatThrownBy(door)
                        .isInstanceOf(IOException.class)
                        .hasMessageStartingWith(wrong.resolve("labels.json") + ": ")
                        .hasMessageContaining(message);
            }
            assertThat(model.names()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"0": "a", "1": "b"}           | names 2 classes, but the model's head has 3
                    {"0": "a", "1": "b", "2": "a"} | names 'a' twice
                    """)
    void classesOfTheBaseThatDoNotFitItsHeadAreRefused(String names, String message)
            throws Exception {
        Path base = classifier("(?s)\"id2label\": \\{.*?}", "\"id2label\": " + names);
        Path config = base.resolve("config.json");
        Path adapter = adapter("tiny-bert-classifier", null, "plain", Map.of());
        assertThatThrownBy(() -> TaskModel.open(base, adapter, NDList.class, NDList.class))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("id2label in " + config)
                .hasMessageContaining(message);
    }

    /** A classifier whose configuration says something else. */
    private Path classifier(String regex, String replacement) throws IOException {
        Path base = Files.createDirectory(folder.resolve("base"));
        try (Stream<Path> files = Files.list(Models.directory("tiny-bert-classifier"))) {
            for (Path file : files.toList()) {
                Files.copy(file, base.resolve(file.getFileName()));
            }
        }
        Path config = base.resolve("config.json");
        Files.writeString(config, Files.readString(config).replaceFirst(regex, replacement));
        return base;
    }

    @Test
    void aModelWithoutAHeadPredictsNoClasses() {
        Path base = Models.directory(BERT);
        assertThatThrownBy(() -> predict(base, String.class, Classifications.class, TEXTS))
                .hasStackTraceContaining(
                        "config.json' describes neither a classification nor a regression");
    }

    @Test
    void aRecordWithoutNumbersWhereTheyBelongIsRefused() throws Exception {
        Map<String, String> texts = new HashMap<>(labels(LABELS));
        texts.put(AdapterDirectory.PROVENANCE, "{\"options\": {\"max_length\": \"long\"}}");
        Path adapter = adapter(BERT, HEAD, "wrong", texts);
        assertThatThrownBy(
                        () ->
                                TaskModel.open(
                                        Models.directory(BERT),
                                        adapter,
                                        NDList.class,
                                        NDList.class))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        "'max_length' of the adapter's task is 'long' where a whole number is"
                                + " needed");
    }

    @Test
    void anExportKeepsTheLabelsWhateverIsActive() throws Exception {
        Path merged = folder.resolve("merged");
        try (AdaptedModel model = open(BERT, "tickets", tickets);
                TaskModel<String, Classifications> task = classifier(model)) {
            model.activate();
            task.export(merged);
            assertThat(task.usage())
                    .isEqualTo(
                            "DJL alone opens it with setTypes(String.class, Classifications.class)"
                                    + " and optTranslatorFactory(new DeferredTranslatorFactory())"
                                    + " of Criteria");
            model.activate("tickets");
            assertThat(ModelDirectory.open(merged).labels()).isEqualTo(LABELS);
            assertThat(
                            predict(merged, String.class, Classifications.class, TEXTS).stream()
                                    .map(TaskModelTest::text)
                                    .toList())
                    .isEqualTo(classes(task));
        }
    }

    /** A merged model with the adapter's own types, which DJL's translators have not. */
    @Test
    void aMergedModelOfPairsOpensWithTheTranslatorsOfItsTask() throws Exception {
        Path adapter = adapter(BERT, HEAD, "pairs", pairs(LABELS));
        Path merged = folder.resolve("merged");
        try (TaskModel<StringPair, Classifications> task =
                TaskModel.open(
                        Models.directory(BERT), adapter, StringPair.class, Classifications.class)) {
            task.export(merged);
            assertThat(task.usage())
                    .contains("setTypes(StringPair.class, float[].class)")
                    .contains("the logits of [billing, delivery, other] in order")
                    .contains("setTypes(StringPair.class, Classifications.class)");
            List<String> expected = task.predict(PAIRS).stream().map(TaskModelTest::text).toList();
            assertThat(predict(merged, StringPair.class, Classifications.class, PAIRS).stream())
                    .extracting(TaskModelTest::text)
                    .isEqualTo(expected);
            try (TaskModel<StringPair, Classifications> alone =
                    TaskModel.open(merged, StringPair.class, Classifications.class)) {
                assertThat(alone.predict(PAIRS))
                        .extracting(TaskModelTest::text)
                        .isEqualTo(expected);
            }
        }
        refusesImages(merged, "Classifications");
    }

    @Test
    void aMergedRegressionOfPairsOpensWithTheTranslatorsOfItsTask() throws Exception {
        HeadConfig head = new HeadConfig(1, HeadConfig.Pooling.CLS);
        Path adapter = adapter(BERT, head, "pairs", pairs(List.of()));
        Path merged = folder.resolve("merged");
        try (TaskModel<StringPair, Float> task =
                TaskModel.open(Models.directory(BERT), adapter, StringPair.class, Float.class)) {
            task.export(merged);
            assertThat(task.usage()).contains("setTypes(StringPair.class, Float.class)");
            List<Float> expected = task.predict(PAIRS);
            assertThat(predict(merged, StringPair.class, Float.class, PAIRS)).isEqualTo(expected);
            try (TaskModel<StringPair, Float> alone =
                    TaskModel.open(merged, StringPair.class, Float.class)) {
                assertThat(alone.predict(PAIRS)).isEqualTo(expected);
            }
        }
        refusesImages(merged, "Float");
    }

    private static void refusesImages(Path merged, String output) {
        assertThatThrownBy(() -> predict(merged, Image.class, Float.class, List.of()))
                .hasStackTraceContaining("it predicts " + output);
    }

    @Test
    void aMergedModelOfImagesOpensWithTheTranslatorOfItsTask() throws Exception {
        Path adapter =
                adapter(
                        "tiny-dinov2",
                        new HeadConfig(1, HeadConfig.Pooling.CLS),
                        "images",
                        labels(List.of()));
        Path merged = folder.resolve("merged");
        Image image =
                new BufferedImageFactory()
                        .fromImage(new BufferedImage(30, 40, BufferedImage.TYPE_INT_RGB));
        try (TaskModel<Image, Float> task =
                TaskModel.open(
                        Models.directory("tiny-dinov2"), adapter, Image.class, Float.class)) {
            task.export(merged);
            assertThat(task.usage()).contains("setTypes(Image.class, float[].class)");
            float expected = task.predict(image);
            assertThat(predict(merged, Image.class, Float.class, List.of(image)))
                    .containsExactly(expected);
            try (TaskModel<Image, Float> alone = TaskModel.open(merged, Image.class, Float.class)) {
                assertThat(alone.predict(image)).isEqualTo(expected);
            }
        }
    }

    private static <I, O> List<O> predict(
            Path merged, Class<I> input, Class<O> output, List<I> inputs) throws Exception {
        Criteria<I, O> criteria =
                Criteria.builder()
                        .setTypes(input, output)
                        .optModelPath(merged)
                        .optTranslatorFactory(new TaskTranslatorFactory())
                        .build();
        try (ZooModel<I, O> model = criteria.loadModel();
                Predictor<I, O> predictor = model.newPredictor()) {
            return predictor.batchPredict(inputs);
        }
    }

    @Test
    void whatHasNoTaskIsExportedToo() throws Exception {
        Path merged = folder.resolve("merged");
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-gpt2"))) {
            model.add("a", CompoundConfig.builder().optOrders(1).optTargets("c_attn").build());
            try (TaskModel<NDList, NDList> task = TaskModel.of(model, NDList.class, NDList.class)) {
                assertThat(task.labels()).isEmpty();
                task.export(merged);
                assertThat(task.usage()).isEqualTo("DJL alone opens it as it opens the base model");
            }
            model.mergeAndUnload();
            try (TaskModel<NDList, NDList> task = TaskModel.of(model, NDList.class, NDList.class)) {
                task.export(folder.resolve("kept"));
            }
        }
        assertThat(merged).isDirectoryContaining("glob:**.pt");
        assertThat(folder.resolve("kept")).isDirectoryContaining("glob:**.pt");
    }

    @Test
    void embeddingsComeFromTextsAndArraysFromArrays() throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Models.directory(BERT))) {
            model.add("a", BaselineConfig.bitfit());
            try (TaskModel<String, float[]> task =
                            TaskModel.of(model, String.class, float[].class);
                    TaskModel<NDList, NDList> arrays =
                            TaskModel.of(model, NDList.class, NDList.class);
                    NDManager manager = NDManager.newBaseManager("PyTorch")) {
                assertThat(task.kind()).isEmpty();
                assertThat(task.predict(TEXTS)).hasSize(3);
                NDList ids = new NDList();
                for (int i = 0; i < 3; i++) {
                    ids.add(manager.ones(new Shape(1, 4), ai.djl.ndarray.types.DataType.INT64));
                }
                try (Predictor<NDList, NDList> predictor = arrays.newPredictor()) {
                    assertThat(predictor.predict(ids)).isNotEmpty();
                }
            }
        }
    }
}
