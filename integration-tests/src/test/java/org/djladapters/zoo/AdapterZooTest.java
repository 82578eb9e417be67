/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.BufferedImageFactory;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDList;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ModelZoo;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.util.StringPair;
import ai.djl.util.Utils;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.checkpoint.head.LabelsFile;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.djladapters.task.TaskModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterZooTest {

    private static final String CACHE = "DJL_CACHE_DIR";
    private static final String ENGINE_CACHE = "ENGINE_CACHE_DIR";
    private static final List<String> LABELS = List.of("billing", "delivery", "other");
    private static final List<String> TEXTS = List.of("the bill is wrong", "where is it", "a word");

    @TempDir Path folder;

    private String repository;

    @BeforeEach
    void useOwnCache() throws Exception {
        // The engine's libraries stay where they are.
        System.setProperty(ENGINE_CACHE, Utils.getEngineCacheDir().toString());
        System.setProperty(CACHE, folder.resolve("cache").toString());
        repository = folder.resolve("repository").toString();
    }

    @AfterEach
    void resetCache() {
        System.clearProperty(CACHE);
        System.clearProperty(ENGINE_CACHE);
    }

    private Path adapter(String base, HeadConfig head, String labels) throws Exception {
        return TrainedAdapters.save(base, head, labels, folder.resolve("adapter-" + base));
    }

    private Path textClassifier() throws Exception {
        return adapter(
                "tiny-bert", new HeadConfig(3, HeadConfig.Pooling.MEAN), LabelsFile.text(LABELS));
    }

    private String publish(Path directory, String coordinates) throws Exception {
        Publisher.builder()
                .setRepository(Path.of(repository))
                .setCoordinates(coordinates)
                .build()
                .publish(directory);
        return repository + "#" + coordinates;
    }

    /** Hands out the files of a folder to this machine. */
    private static HttpServer serve(Path folder) throws Exception {
        InetAddress here = InetAddress.getLoopbackAddress();
        HttpServer server = HttpServer.create(new InetSocketAddress(here, 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        String path = exchange.getRequestURI().getPath().substring(1);
                        byte[] bytes = Files.readAllBytes(folder.resolve(path));
                        exchange.sendResponseHeaders(200, bytes.length);
                        exchange.getResponseBody().write(bytes);
                    }
                });
        server.start();
        return server;
    }

    /** The labels and probabilities that the adapter gives where it was trained. */
    private static List<Classifications> expected(Path adapter) throws Exception {
        try (TaskModel<String, Classifications> task =
                TaskModel.open(
                        Models.directory("tiny-bert"),
                        adapter,
                        String.class,
                        Classifications.class)) {
            return task.predict(TEXTS);
        }
    }

    private static void requireEqual(
            List<Classifications> results, List<Classifications> expected) {
        assertThat(results).hasSameSizeAs(expected);
        for (int i = 0; i < results.size(); i++) {
            assertThat(results.get(i).getClassNames()).isEqualTo(expected.get(i).getClassNames());
            assertThat(results.get(i).getProbabilities())
                    .isEqualTo(expected.get(i).getProbabilities());
        }
    }

    @Test
    void oneCallOpensABaseWithAClassifierOfTexts() throws Exception {
        Path adapter = textClassifier();
        String location = publish(adapter, "org.example:tickets:1.0");

        try (ZooModel<String, Classifications> model =
                        AdapterZoo.open(
                                Models.directory("tiny-bert"),
                                location,
                                String.class,
                                Classifications.class);
                Predictor<String, Classifications> predictor = model.newPredictor()) {
            requireEqual(predictor.batchPredict(TEXTS), expected(adapter));
            // one by one there is no padding, which moves the last bits
            assertThat(predictor.predict(TEXTS.get(0)).best().getClassName())
                    .isEqualTo(expected(adapter).get(0).best().getClassName());
        }
    }

    @Test
    void oneCriteriaOpensABaseWithAnAdapterFromAServerAndLaterWithoutIt() throws Exception {
        Path adapter = textClassifier();
        publish(adapter, "org.example:tickets:1.0");
        Criteria.Builder<String, Classifications> criteria =
                Criteria.builder()
                        .setTypes(String.class, Classifications.class)
                        .optGroupId(AdapterZoo.GROUP_ID)
                        .optOption("base", Models.directory("tiny-bert").toString());
        HttpServer server = serve(Path.of(repository));
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        criteria.optOption("adapter", url + "#org.example:tickets:1.0");
        for (int i = 0; i < 2; i++) {
            try (ZooModel<String, Classifications> model = criteria.build().loadModel();
                    Predictor<String, Classifications> predictor = model.newPredictor()) {
                requireEqual(predictor.batchPredict(TEXTS), expected(adapter));
            }
            server.stop(0);
        }
    }

    @Test
    void aZooListsAndOpensWhatItsRepositoriesHold() throws Exception {
        Path adapter = textClassifier();
        publish(adapter, "org.example:tickets:1.0");
        publish(adapter, "org.example:tickets:1.1");
        AdapterZoo zoo = AdapterZoo.of(repository);
        Criteria.Builder<String, Classifications> criteria =
                Criteria.builder()
                        .setTypes(String.class, Classifications.class)
                        .optModelZoo(zoo)
                        .optOption("base", Models.directory("tiny-bert").toString());

        assertThat(zoo.list())
                .map(Coordinates::toString)
                .containsExactly("org.example:tickets:1.0", "org.example:tickets:1.1");
        assertThat(zoo.getModelLoader("tickets").getMrl().listArtifacts()).hasSize(2);
        try (ZooModel<?, ?> byArtifact = criteria.optArtifactId("tickets").build().loadModel()) {
            assertThat(byArtifact).isInstanceOf(AdaptedZooModel.class);
        }
        criteria.optArtifactId(null).optOption("adapter", "org.example:tickets:1.0");
        try (ZooModel<?, ?> byOption = criteria.build().loadModel()) {
            assertThat(byOption).isInstanceOf(AdaptedZooModel.class);
        }
        Criteria<String, Classifications> other =
                criteria.optOption("adapter", "org.example:letters:1.0").build();
        assertThatThrownBy(other::loadModel).hasMessageContaining("it holds org.example:tickets");
    }

    @Test
    void djlKnowsTheZoo() throws Exception {
        assertThat(ModelZoo.getModelZoo("org.djladapters")).isInstanceOf(AdapterZoo.class);

        // criteria of other zoos are not disturbed, nor answered with a model that was not meant
        Criteria<NDList, NDList> nothing =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optGroupId("org.djladapters")
                        .build();
        assertThatThrownBy(nothing::loadModel).isInstanceOf(ModelNotFoundException.class);
        Criteria<NDList, NDList> withoutBase =
                nothing.toBuilder().optOption("adapter", textClassifier().toString()).build();
        assertThatThrownBy(withoutBase::loadModel)
                .isInstanceOf(ModelNotFoundException.class)
                .hasRootCauseMessage(
                        "An adapter needs its base model; set the option 'base' to the model's"
                                + " folder");
    }

    @Test
    void theProvidersRepositoriesAreThoseOfAProperty() throws Exception {
        publish(textClassifier(), "org.example:tickets:1.0");
        System.setProperty(AdapterZooProvider.REPOSITORIES, repository + " , " + repository);
        try {
            ModelZoo zoo = new AdapterZooProvider().getModelZoo();
            assertThat(zoo.getModelLoaders()).hasSize(3);
        } finally {
            System.clearProperty(AdapterZooProvider.REPOSITORIES);
        }
    }

    @Test
    void aModelIsPublishedForDjlAlone() throws Exception {
        Path adapter = textClassifier();
        Path merged = folder.resolve("merged");
        try (TaskModel<String, Classifications> task =
                TaskModel.open(
                        Models.directory("tiny-bert"),
                        adapter,
                        String.class,
                        Classifications.class)) {
            task.export(merged);
        }
        String location = publish(merged, "org.example:tickets-model:1.0");

        // neither an engine nor a translator is named: the description has them
        Criteria.Builder<String, Classifications> criteria =
                Criteria.builder().setTypes(String.class, Classifications.class);
        Criteria<String, Classifications> stock =
                criteria.optModelUrls(Path.of(repository).toUri().toString())
                        .optArtifactId("tickets-model")
                        .build();
        Criteria<String, Classifications> checked =
                Criteria.builder()
                        .setTypes(String.class, Classifications.class)
                        .optGroupId(AdapterZoo.GROUP_ID)
                        .optOption("adapter", location)
                        .build();
        for (Criteria<String, Classifications> each : List.of(stock, checked)) {
            try (ZooModel<String, Classifications> model = each.loadModel();
                    Predictor<String, Classifications> predictor = model.newPredictor()) {
                List<Classifications> results = predictor.batchPredict(TEXTS);
                List<Classifications> expected = expected(adapter);
                for (int i = 0; i < TEXTS.size(); i++) {
                    assertThat(results.get(i).best().getClassName())
                            .isEqualTo(expected.get(i).best().getClassName());
                }
            }
        }
    }

    @Test
    void aPublishedModelIsABaseToo() throws Exception {
        Path base = Models.directory("tiny-bert");
        String published = publish(base, "org.example:tiny-bert:1.0");
        Path adapter = textClassifier();
        Criteria<String, Classifications> criteria =
                Criteria.builder()
                        .setTypes(String.class, Classifications.class)
                        .optGroupId(AdapterZoo.GROUP_ID)
                        .optOption("base", published)
                        .optOption("adapter", adapter.toString())
                        .build();

        try (ZooModel<String, Classifications> model = criteria.loadModel();
                Predictor<String, Classifications> predictor = model.newPredictor()) {
            requireEqual(predictor.batchPredict(TEXTS), expected(adapter));
        }
        assertThat(AdapterZoo.fetch(published).toFile().list())
                .doesNotContain("expected.safetensors");
    }

    @Test
    void anAdapterWithoutATaskGivesEmbeddings() throws Exception {
        String location = publish(adapter("tiny-bert", null, null), "org.example:words:1.0");

        try (AdaptedZooModel<String, float[]> model =
                        AdapterZoo.open(
                                Models.directory("tiny-bert"),
                                location,
                                String.class,
                                float[].class);
                Predictor<String, float[]> predictor = model.newPredictor()) {
            float[] adapted = predictor.predict(TEXTS.get(0));
            float[] base;
            try (AdaptedModel.Scope disabled = model.adapted().disable();
                    AdaptedModel plain = AdaptedModel.open(Models.directory("tiny-bert"));
                    TaskModel<String, float[]> bare =
                            TaskModel.of(plain, String.class, float[].class)) {
                assertThat(disabled).isNotNull();
                // without its adapter the model is another, for which the predictor was not opened
                assertThatThrownBy(() -> predictor.predict(TEXTS.get(0)))
                        .hasRootCauseInstanceOf(IllegalStateException.class);
                base = bare.predict(TEXTS.get(0));
            }
            assertThat(adapted).hasSameSizeAs(base).isNotEqualTo(base);
        }
    }

    @Test
    void anAdapterOfImagesPredictsFromImagesOfAnySize() throws Exception {
        Path adapter =
                adapter(
                        "tiny-dinov2",
                        new HeadConfig(3, HeadConfig.Pooling.CLS),
                        LabelsFile.text(LABELS));
        try (ZooModel<Image, Classifications> model =
                        AdapterZoo.open(
                                Models.directory("tiny-dinov2"),
                                publish(adapter, "org.example:pictures:1.0"),
                                Image.class,
                                Classifications.class);
                Predictor<Image, Classifications> predictor = model.newPredictor()) {
            Image image = new BufferedImageFactory().fromImage(Pictures.noise(50, 40));
            Classifications one = predictor.predict(image);
            List<Classifications> two = predictor.batchPredict(List.of(image, image));

            assertThat(one.getClassNames()).containsExactlyElementsOf(LABELS);
            assertThat(one.getProbabilities().stream().mapToDouble(p -> p).sum())
                    .isCloseTo(1, Offset.offset(1e-6));
            assertThat(two.get(1).best().getClassName()).isEqualTo(one.best().getClassName());
        }
    }

    @Test
    void anAdapterOfPeftBringsItsClassifierAndTheNamesOfItsClasses() throws Exception {
        Path adapter =
                Path.of(getClass().getResource("/classifiers/lora-pooler-tiny-bert").toURI());
        try (ZooModel<String, Classifications> model =
                        AdapterZoo.open(
                                Models.directory("tiny-bert"),
                                publish(adapter, "org.example:mood:1.0"),
                                String.class,
                                Classifications.class);
                Predictor<String, Classifications> predictor = model.newPredictor()) {
            List<Classifications> results = predictor.batchPredict(TEXTS);
            requireEqual(results, expected(adapter));
            assertThat(results.get(0).getClassNames()).containsExactly("bad", "fair", "good");
        }
    }

    @Test
    void aRegressionGivesNumbers() throws Exception {
        Path adapter = adapter("tiny-bert", new HeadConfig(1, HeadConfig.Pooling.CLS), "[]");
        String location = publish(adapter, "org.example:similarity:1.0");

        try (ZooModel<StringPair, Float> model =
                        AdapterZoo.open(
                                Models.directory("tiny-bert"),
                                location,
                                StringPair.class,
                                Float.class);
                Predictor<StringPair, Float> predictor = model.newPredictor()) {
            Float same = predictor.predict(new StringPair("one word", "one word"));
            Float other = predictor.predict(new StringPair("one word", "where is it"));
            assertThat(same).isFinite().isNotEqualTo(other);
        }
    }

    @Test
    void typesThatAnAdapterDoesNotPredictAreRefusedWithThoseThatItDoes() throws Exception {
        String location = textClassifier().toString();
        Path base = Models.directory("tiny-bert");

        assertThatThrownBy(() -> AdapterZoo.open(base, location, Image.class, float[].class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "The model does not predict float[] from Image; it predicts"
                                + " Classifications from String or StringPair, NDList from"
                                + " NDList");
        assertThatThrownBy(
                        () ->
                                AdapterZoo.open(
                                        Models.directory("tiny-dinov2"),
                                        location,
                                        String.class,
                                        Classifications.class))
                .isInstanceOf(IOException.class);
    }
}
