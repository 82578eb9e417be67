/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.util.StringPair;
import dev.langchain4j.data.segment.TextSegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.langchain4j.Langchain4jScoringModel;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.AdapterListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What was opened for an adapter answers every request while others take its place. */
class ReplacementTest {

    private static final String BERT = "tiny-bert";
    private static final String TEXT = "where is my parcel";

    /** Float32; the way in which an adapter is placed changes the order of sums. */
    private static final float ROUNDING = 2e-5f;

    @TempDir private Path folder;

    private AdaptedModel model;

    @BeforeEach
    void open() throws Exception {
        model = MovedAdapters.open(BERT, "first", "second");
        for (String version : List.of("first", "second")) {
            AdapterDirectory.save(model, version, folder.resolve("vectors-" + version));
        }
        save("classes-first", 2, "{}", "[\"bill\", \"parcel\"]");
        // as after a training with one class more, which reads more of a text
        save("classes-second", 3, "{\"max_length\": \"16\"}", "[\"parcel\", \"bill\", \"other\"]");
        String pairs = "{\"pairs\": \"true\", \"max_length\": \"32\"}";
        save("scores-first", 1, pairs, "[]");
        save("scores-second", 1, pairs, "[]");
        AdapterDirectory.load(model, "a", folder.resolve("vectors-first"));
        model.activate("a");
    }

    private void save(String name, int outputs, String options, String labels) throws Exception {
        MovedAdapters.add(model, name, new HeadConfig(outputs, HeadConfig.Pooling.CLS));
        AdapterDirectory.save(
                model,
                name,
                folder.resolve(name),
                AdapterDirectory.Layout.PACKED,
                Map.of(
                        AdapterDirectory.LABELS,
                        labels,
                        AdapterDirectory.PROVENANCE,
                        "{\"options\": %s}".formatted(options)));
        model.delete(name);
    }

    @AfterEach
    void close() {
        model.close();
    }

    private void put(String kind, String version) throws Exception {
        AdapterDirectory.replace(model, "a", folder.resolve(kind + "-" + version));
    }

    /** Asks something that was opened for adapter 'a'. */
    private interface Question {
        List<Float> ask() throws Exception;
    }

    /** Something that was opened for adapter 'a'. */
    private record Asked(Runnable closing, Question question) implements AutoCloseable {

        List<Float> ask() throws Exception {
            return question.ask();
        }

        @Override
        public void close() {
            closing.run();
        }
    }

    /** Opens something for adapter 'a' of a model. */
    private interface Opening {
        Asked open(AdaptedModel model) throws Exception;
    }

    /**
     * What can be opened.
     *
     * @param kind which adapters it is for
     */
    private record Bean(String name, String kind, Replacement expected, Opening opening) {

        boolean follows() {
            return expected == Replacement.FOLLOW;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Float> list(float[] values) {
        List<Float> list = new ArrayList<>();
        for (float value : values) {
            list.add(value);
        }
        return list;
    }

    private static Asked langchain4j(AdaptedModel model, Replacement choice) throws Exception {
        var builder =
                org.djladapters.langchain4j.Langchain4jEmbeddingModel.builder()
                        .setModel(model)
                        .optAdapter("a");
        var bean = (choice == null ? builder : builder.optReplacement(choice)).build();
        return new Asked(bean::close, () -> list(bean.embed(TEXT).content().vector()));
    }

    private static Asked springAi(AdaptedModel model, Replacement choice) throws Exception {
        var builder =
                org.djladapters.springai.SpringAiEmbeddingModel.builder()
                        .setModel(model)
                        .optAdapter("a");
        var bean = (choice == null ? builder : builder.optReplacement(choice)).build();
        return new Asked(bean::close, () -> list(bean.embed(TEXT)));
    }

    private static Asked vectors(TaskModel<String, float[]> task) {
        return new Asked(task::close, () -> list(task.predict(TEXT)));
    }

    private static Asked classes(TaskModel<String, Classifications> task) {
        return new Asked(task::close, () -> probabilities(task.predict(TEXT)));
    }

    private static List<Float> probabilities(Classifications classes) {
        return classes.getClassNames().stream()
                .sorted()
                .map(name -> (float) classes.get(name).getProbability())
                .toList();
    }

    private static Asked classesOfAPredictor(AdaptedModel model) throws Exception {
        TaskModel<String, Classifications> task =
                TaskModel.beside(model, String.class, Classifications.class, "a");
        Predictor<String, Classifications> predictor = task.newPredictor();
        return new Asked(
                () -> {
                    predictor.close();
                    task.close();
                },
                () -> probabilities(predictor.predict(TEXT)));
    }

    private static Asked scores(AdaptedModel model) throws Exception {
        Langchain4jScoringModel bean =
                Langchain4jScoringModel.builder().setModel(model).optAdapter("a").build();
        return new Asked(
                bean::close,
                () ->
                        List.of(
                                bean.score(TextSegment.from("it is late"), TEXT)
                                        .content()
                                        .floatValue()));
    }

    static Stream<Bean> beans() {
        return Stream.of(
                new Bean("langchain4j", "vectors", Replacement.KEEP, m -> langchain4j(m, null)),
                new Bean(
                        "langchain4j, following",
                        "vectors",
                        Replacement.FOLLOW,
                        m -> langchain4j(m, Replacement.FOLLOW)),
                new Bean("springai", "vectors", Replacement.KEEP, m -> springAi(m, null)),
                new Bean(
                        "springai, following",
                        "vectors",
                        Replacement.FOLLOW,
                        m -> springAi(m, Replacement.FOLLOW)),
                new Bean("scores", "scores", Replacement.FOLLOW, ReplacementTest::scores),
                new Bean(
                        "task model of vectors",
                        "vectors",
                        Replacement.KEEP,
                        m -> vectors(TaskModel.beside(m, String.class, float[].class, "a"))),
                new Bean(
                        "task model of vectors, following",
                        "vectors",
                        Replacement.FOLLOW,
                        m ->
                                vectors(
                                        TaskModel.beside(
                                                m,
                                                String.class,
                                                float[].class,
                                                "a",
                                                Replacement.FOLLOW))),
                new Bean(
                        "task model of classes",
                        "classes",
                        Replacement.FOLLOW,
                        m ->
                                classes(
                                        TaskModel.beside(
                                                m, String.class, Classifications.class, "a"))),
                new Bean(
                        "predictor of classes",
                        "classes",
                        Replacement.FOLLOW,
                        ReplacementTest::classesOfAPredictor),
                new Bean(
                        "task model of active vectors",
                        "vectors",
                        Replacement.KEEP,
                        m -> vectors(TaskModel.of(m, String.class, float[].class))),
                new Bean(
                        "task model of active classes",
                        "classes",
                        Replacement.FOLLOW,
                        m -> classes(TaskModel.of(m, String.class, Classifications.class))));
    }

    private static boolean isClose(List<Float> actual, List<Float> expected) {
        if (actual.size() != expected.size()) {
            return false;
        }
        for (int i = 0; i < actual.size(); i++) {
            if (Math.abs(actual.get(i) - expected.get(i)) > ROUNDING) {
                return false;
            }
        }
        return true;
    }

    private List<Float> answer(Bean bean, String version) throws Exception {
        put(bean.kind(), version);
        try (Asked asked = bean.opening().open(model)) {
            return asked.ask();
        }
    }

    @ParameterizedTest
    @MethodSource("beans")
    void everyRequestIsAnsweredByOneOfTheTwo(Bean bean) throws Exception {
        List<Float> second = answer(bean, "second");
        List<Float> first = answer(bean, "first");
        assertThat(isClose(first, second)).isFalse();
        AtomicBoolean ended = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try (Asked asked = bean.opening().open(model)) {
            List<Future<Integer>> requests = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                requests.add(
                        threads.submit(
                                () -> {
                                    int count = 0;
                                    while (!ended.get() || count == 0) {
                                        List<Float> answer = asked.ask();
                                        boolean answered =
                                                isClose(answer, first)
                                                        || (bean.follows()
                                                                && isClose(answer, second));
                                        assertThat(answered).as("answer %s", answer).isTrue();
                                        count++;
                                    }
                                    return count;
                                }));
            }
            for (int i = 0; i < 7; i++) {
                put(bean.kind(), i % 2 == 0 ? "second" : "first");
            }
            ended.set(true);
            for (Future<Integer> request : requests) {
                assertThat(request.get()).isPositive();
            }
            assertThat(isClose(asked.ask(), bean.follows() ? second : first)).isTrue();
            try (Asked opened = bean.opening().open(model)) {
                assertThat(isClose(opened.ask(), second)).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @MethodSource("beans")
    void nothingOfAnAdapterIsLeftThatNobodyUses(Bean bean) throws Exception {
        int[] arrays = new int[3];
        for (int i = 0; i < arrays.length; i++) {
            put(bean.kind(), "first");
            try (Asked asked = bean.opening().open(model)) {
                asked.ask();
                put(bean.kind(), "second");
                put(bean.kind(), "first");
                asked.ask();
            }
            arrays[i] = arrays();
        }

        assertThat(arrays).containsOnly(arrays[0]);
    }

    private int arrays() {
        return model.baseModel().manager().getManagedArrays().size();
    }

    @Test
    void anAdapterThatWasDeletedIsNotKept() throws Exception {
        try (TaskModel<String, float[]> before = beside();
                TaskModel<String, float[]> after = replacedBeside()) {
            float[] vector = before.predict(TEXT);
            model.delete("a");

            assertThatIllegalStateException()
                    .isThrownBy(() -> after.predict(TEXT))
                    .withMessageContaining("was deleted");
            assertThat(before.predict(TEXT)).as("was replaced before").isEqualTo(vector);
            model.unload();
            assertThatIllegalStateException()
                    .isThrownBy(() -> before.predict(TEXT))
                    .withMessageContaining("was deleted");
        }
    }

    private TaskModel<String, float[]> beside() throws Exception {
        return TaskModel.beside(model, String.class, float[].class, "a");
    }

    private TaskModel<String, float[]> replacedBeside() throws Exception {
        put("vectors", "second");
        return beside();
    }

    @Test
    void anAdapterThatGivesSomethingElseIsNotFollowed() throws Exception {
        put("classes", "first");
        try (TaskModel<String, Classifications> classes =
                TaskModel.beside(model, String.class, Classifications.class, "a")) {
            List<Float> before = probabilities(classes.predict(TEXT));
            put("scores", "first");

            assertThatIllegalStateException()
                    .isThrownBy(() -> classes.predict(TEXT))
                    .withMessage(
                            "'a' was replaced by what can't be used here; open it again: The model"
                                    + " does not predict Classifications from String; it predicts"
                                    + " Float from String or StringPair, NDList from NDList");
            put("classes", "first");
            assertThat(isClose(probabilities(classes.predict(TEXT)), before)).isTrue();
        }
    }

    @Test
    void aFollowingModelHasTheLabelsOfTheNewAdapter() throws Exception {
        put("classes", "first");
        try (TaskModel<String, Classifications> classes =
                TaskModel.beside(model, String.class, Classifications.class, "a")) {
            assertThat(classes.labels()).containsExactly("bill", "parcel");
            put("classes", "second");
            assertThat(classes.labels()).containsExactly("parcel", "bill", "other");
            classes.export(folder.resolve("exported"));
        }
        try (TaskModel<String, Classifications> exported =
                TaskModel.open(folder.resolve("exported"), String.class, Classifications.class)) {
            assertThat(exported.labels()).containsExactly("parcel", "bill", "other");
        }
    }

    @Test
    void anAdapterThatIsKeptIsNotExportedAsTheOneThatReplacedIt() throws Exception {
        try (TaskModel<String, float[]> vectors = beside()) {
            put("vectors", "second");
            assertThatIllegalStateException()
                    .isThrownBy(() -> vectors.export(folder.resolve("exported")))
                    .withMessage(
                            "Adapter 'a' was deleted or replaced since the task model was opened;"
                                    + " open it again");
        }
    }

    @Test
    void listenersAreToldAfterwards() throws Exception {
        List<String> told = new ArrayList<>();
        AdapterListener listener = name -> told.add(name + " of " + model.names().size());
        model.addListener(
                name -> {
                    throw new IllegalStateException("a listener that fails");
                });
        model.addListener(listener);
        put("vectors", "second");
        AdapterDirectory.swap(model, "a", folder.resolve("vectors-first"));
        model.removeListener(listener);
        put("vectors", "second");

        assertThat(told).containsExactly("a of 3", "a of 3");
    }

    /** A reranker beside other adapters: pairs. */
    @Test
    void scoresFollowInPairs() throws Exception {
        put("scores", "first");
        try (TaskModel<StringPair, Float> scores =
                TaskModel.beside(model, StringPair.class, Float.class, "a")) {
            StringPair pair = new StringPair(TEXT, "it is late");
            float first = scores.predict(pair);
            put("scores", "second");
            assertThat(scores.predict(pair)).isNotEqualTo(first);
        }
    }
}
