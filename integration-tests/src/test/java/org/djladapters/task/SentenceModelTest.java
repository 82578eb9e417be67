/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.DeferredTranslatorFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.hub.SentenceSettings.Pooling;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models that give texts vectors, and what is exported of them. */
class SentenceModelTest {

    private static final String BERT = "tiny-bert";
    private static final List<String> TEXTS =
            List.of("the bill is wrong", "where", "is it true that the parcel is here");

    /** Sums of some tens of float32 products in another order. */
    private static final float CLOSE = 1e-5f;

    @TempDir Path folder;

    /**
     * DJL's own translator is asked for one text at a time: its last token and weighted mean are
     * wrong for texts of different lengths, its scaling where it takes the largest values.
     */
    @ParameterizedTest
    @CsvSource({
        "mean, true",
        "mean, false",
        "cls, true",
        "cls, false",
        "mean_sqrt_len, true",
        "lasttoken, false",
        "max, false",
    })
    void vectorsAreThoseOfDjlsTranslator(String pooling, boolean normalize) throws Exception {
        Path model = model("pooling=" + pooling + "\nnormalize=" + normalize + "\n");

        List<float[]> vectors = vectors(model);

        for (int i = 0; i < TEXTS.size(); i++) {
            assertThat(vectors.get(i))
                    .usingComparatorWithPrecision(CLOSE)
                    .containsExactly(stock(model, TEXTS.get(i)));
        }
    }

    @Test
    void modulesTellHowVectorsAreMadeWhereServingPropertiesDoNot() throws Exception {
        Path model = model("");
        modules(model, "cls_token", "query: ");

        try (TaskModel<String, float[]> task = TaskModel.open(model, String.class, float[].class)) {
            float[] prompted = task.predict("the bill");

            assertThat(prompted)
                    .usingComparatorWithPrecision(CLOSE)
                    .containsExactly(
                            stock(model("pooling=cls\nnormalize=false\n"), "query: the bill"));
        }
    }

    /** The checkpoint names the class of a language model, as Qwen3-Embedding does. */
    @Test
    void aDecoderGivesItsLastTokenAfterThePromptOfQueries() throws Exception {
        Path model = Path.of("src/test/resources/hub/qwen3-embedding");
        SentenceSettings settings = SentenceSettings.of(ModelDirectory.open(model), note -> {});
        List<String> texts =
                List.of(settings.query("where is the parcel"), "the red car", "the bill is wrong");

        List<float[]> vectors;
        try (TaskModel<String, float[]> task = TaskModel.open(model, String.class, float[].class)) {
            vectors = task.predict(texts);
        }

        try (SafetensorsFile file = SafetensorsFile.open(model.resolve("expected.safetensors"));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray expected = file.read(manager, "vectors");
            for (int i = 0; i < texts.size(); i++) {
                assertThat(vectors.get(i))
                        .usingComparatorWithPrecision(CLOSE)
                        .containsExactly(expected.get(i).toFloatArray());
            }
        }
    }

    /** The export tells both DJL and sentence-transformers what the model did. */
    @Test
    void whatIsExportedGivesTheSameVectors() throws Exception {
        Path model = model("");
        modules(model, "lasttoken", "");
        Path merged = folder.resolve("merged");
        try (AdaptedModel adapted = AdaptedModel.open(model)) {
            change(adapted.add("a", lora()));
            try (TaskModel<String, float[]> task =
                    TaskModel.of(adapted, String.class, float[].class, "a")) {
                task.export(merged);
                List<float[]> expected = task.predict(TEXTS);

                assertThat(task.usage()).contains("setTypes(String.class, float[].class)");
                assertThat(vectors(merged)).usingRecursiveComparison().isEqualTo(expected);
                assertThat(stock(merged, TEXTS.get(0)))
                        .usingComparatorWithPrecision(CLOSE)
                        .containsExactly(expected.get(0));
            }
        }
        List<String> notes = new ArrayList<>();
        assertThat(SentenceSettings.of(ModelDirectory.open(merged), notes::add))
                .isEqualTo(SentenceSettings.DEFAULT.withPooling(Pooling.LAST).withNormalize(false));
        assertThat(notes).isEmpty();
    }

    @Test
    void aCheckpointHoldsTheMergedWeightsByTheirNamesThere() throws Exception {
        Path model = model("pooling=cls\n");
        Path checkpoint = folder.resolve("checkpoint");
        Path exported = folder.resolve("exported");
        try (AdaptedModel adapted = AdaptedModel.open(model)) {
            change(adapted.add("a", lora()));
            try (TaskModel<String, float[]> task =
                    TaskModel.of(adapted, String.class, float[].class, "a")) {
                task.exportCheckpoint(checkpoint);
                task.export(exported);
            }
            Set<String> changed = new HashSet<>();
            try (SafetensorsFile file = open(checkpoint);
                    NDManager manager = NDManager.newBaseManager("PyTorch")) {
                assertThat(file.tensors().keySet())
                        .isEqualTo(adapted.baseParameters().keySet())
                        .contains("embeddings.word_embeddings.weight");
                assertThat(file.metadata()).isEqualTo(Map.of("format", "pt"));
                for (Map.Entry<String, NDArray> base : adapted.baseParameters().entrySet()) {
                    if (!file.read(manager, base.getKey()).contentEquals(base.getValue())) {
                        changed.add(base.getKey());
                    }
                }
                try (AdaptedModel merged = AdaptedModel.open(exported)) {
                    for (Map.Entry<String, NDArray> now : merged.baseParameters().entrySet()) {
                        NDArray written = file.read(manager, now.getKey());
                        assertThat(written.contentEquals(now.getValue())).as(now.getKey()).isTrue();
                    }
                }
            }
            assertThat(changed)
                    .hasSize(2)
                    .allMatch(name -> name.endsWith("attention.self.query.weight"));
        }
        assertThat(files(checkpoint))
                .containsExactlyInAnyOrder(
                        "README.md",
                        "model.safetensors",
                        "config.json",
                        "tokenizer.json",
                        "tokenizer_config.json",
                        "modules.json",
                        "1_Pooling/config.json",
                        "2_Normalize/config.json",
                        "sentence_bert_config.json",
                        "config_sentence_transformers.json");
        assertThat(Files.readString(checkpoint.resolve("1_Pooling/config.json")))
                .contains("\"pooling_mode_cls_token\": true")
                .contains("\"pooling_mode_mean_tokens\": false")
                .contains("\"word_embedding_dimension\": 32");
        assertThat(Files.readString(checkpoint.resolve("sentence_bert_config.json")))
                .contains("\"max_seq_length\": 64");
    }

    @Test
    void aWeightWithTwoNamesIsWrittenOnceUnlessAnAdapterChangedOneOfThem() throws Exception {
        Path same = folder.resolve("same");
        Path other = folder.resolve("other");
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-gpt2"))) {
            model.add("a", LoraConfig.builder().optRank(2).optTargets("c_fc").build());
            change(
                    model.add(
                            "b",
                            LoraConfig.builder()
                                    .optRank(2)
                                    .optTargets(Targets.of("lm_head"))
                                    .build()));
            try (TaskModel<?, ?> task = TaskModel.of(model, NDList.class, NDList.class, "a")) {
                task.exportCheckpoint(same);
            }
            try (TaskModel<?, ?> task = TaskModel.of(model, NDList.class, NDList.class, "b")) {
                task.exportCheckpoint(other);
            }
        }
        try (SafetensorsFile once = open(same);
                SafetensorsFile twice = open(other)) {
            assertThat(once.tensors()).doesNotContainKey("lm_head.weight");
            assertThat(twice.tensors()).containsKeys("lm_head.weight", "transformer.wte.weight");
        }
        assertThat(Files.readString(other.resolve("config.json")))
                .contains("\"tie_word_embeddings\": false");
        assertThat(files(same)).doesNotContain("modules.json");
    }

    @Test
    void aHeadHasNoPlaceInACheckpoint() throws Exception {
        Path checkpoint = folder.resolve("checkpoint");
        try (AdaptedModel model = AdaptedModel.open(Models.directory(BERT))) {
            model.add("a", BaselineConfig.head(), new HeadConfig(2, HeadConfig.Pooling.MEAN));
            try (TaskModel<?, ?> task = TaskModel.of(model, NDList.class, NDList.class, "a")) {
                assertThatThrownBy(() -> task.exportCheckpoint(checkpoint))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("brings a head of its own");
            }
        }
        assertThat(checkpoint).doesNotExist();
    }

    private static LoraConfig lora() {
        return LoraConfig.builder().optRank(2).optTargets("query").build();
    }

    /** Lets an adapter do something. */
    private static void change(Adapter adapter) {
        adapter.parameters().values().forEach(parameter -> parameter.getArray().addi(0.1f));
    }

    private static SafetensorsFile open(Path checkpoint) throws Exception {
        return SafetensorsFile.open(checkpoint.resolve("model.safetensors"));
    }

    private static List<String> files(Path directory) throws Exception {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .toList();
        }
    }

    private static List<float[]> vectors(Path model) throws Exception {
        try (TaskModel<String, float[]> task = TaskModel.open(model, String.class, float[].class)) {
            return task.predict(TEXTS);
        }
    }

    private static float[] stock(Path model, String text) throws Exception {
        Criteria<String, float[]> criteria =
                Criteria.builder()
                        .setTypes(String.class, float[].class)
                        .optModelPath(model)
                        .optTranslatorFactory(new DeferredTranslatorFactory())
                        .build();
        try (ZooModel<String, float[]> opened = criteria.loadModel();
                Predictor<String, float[]> predictor = opened.newPredictor()) {
            return predictor.predict(text);
        }
    }

    /** A copy of the small model that is served otherwise. */
    private Path model(String serving) throws Exception {
        Path copy = Files.createTempDirectory(folder, "model");
        try (Stream<Path> files = Files.list(Models.directory(BERT))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        String lines =
                "engine=PyTorch\noption.modelName=tiny-bert\noption.mapLocation=true\n"
                        + "padding=true\nmaxLength=64\nincludeTokenTypes=true\ntranslatorFactory="
                        + "ai.djl.huggingface.translator.TextEmbeddingTranslatorFactory\n";
        Files.writeString(copy.resolve("serving.properties"), lines + serving);
        return copy;
    }

    private static void modules(Path model, String flag, String prompt) throws Exception {
        Files.writeString(
                model.resolve("modules.json"),
                """
                [{"type": "sentence_transformers.models.Transformer", "path": ""},
                 {"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"}]
                """);
        Files.createDirectory(model.resolve("1_Pooling"));
        Files.writeString(
                model.resolve("1_Pooling/config.json"),
                "{\"pooling_mode_%s\": true}".formatted(flag));
        Files.writeString(
                model.resolve("config_sentence_transformers.json"),
                "{\"prompts\": {\"all\": \"%s\"}, \"default_prompt_name\": \"all\"}"
                        .formatted(prompt));
    }
}
