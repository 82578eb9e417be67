/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.langchain4j.model.embedding.onnx.OnnxEmbeddingModel;
import dev.langchain4j.model.embedding.onnx.PoolingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.langchain4j.MiniLmOnnx;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.djladapters.task.TaskModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Exports of a real model with an adapter read as much of a text as the adapted model does: up to
 * 256 tokens, where the tokenizer of the base model says 128.
 */
class LongTextsTest {

    /** Two engines, float32, six layers; vectors have length 1. */
    private static final Offset<Float> ENGINES = Offset.offset(1e-5f);

    private static final List<String> WORDS =
            List.of("house", "letter", "Monday", "the", "water", "read", "by", "people", "again");

    /** Below 128 tokens, below 256, and beyond. */
    private static final List<String> TEXTS =
            List.of(text(50), text(105), text(140), text(200), text(400));

    @TempDir private static Path folder;
    private static AdaptedModel model;
    private static TaskModel<String, float[]> live;

    private static String text(int words) {
        return new Random(words)
                .ints(words, 0, WORDS.size())
                .mapToObj(WORDS::get)
                .collect(Collectors.joining(" "));
    }

    @BeforeAll
    static void adapt() throws Exception {
        model = MiniLmOnnx.adapted(folder);
        live = TaskModel.beside(model, String.class, float[].class, MiniLmOnnx.ADAPTER);
    }

    @AfterAll
    static void close() {
        live.close();
        model.close();
    }

    /** The words are a token each, and two tokens more begin and end a text. */
    private static int tokens(String text) {
        return Math.min(text.split(" ").length + 2, 256);
    }

    @Test
    void theModelTellsItsLength() throws Exception {
        assertThat(live.maxLength()).hasValue(256);
    }

    @Test
    void aTorchScriptModelInAStockProcess() throws Exception {
        Path export = folder.resolve("torchscript");
        live.export(export);
        List<List<String>> predictions = new ArrayList<>();
        for (String kind : List.of("embedding", "length")) {
            TEXTS.forEach(text -> predictions.add(List.of(kind, export.toString(), text)));
        }

        List<String> lines = StockProcess.run(folder, predictions);

        for (int i = 0; i < TEXTS.size(); i++) {
            String[] numbers = lines.get(i).replaceAll("[\\[\\] ]", "").split(",", -1);
            float[] vector = new float[numbers.length];
            for (int k = 0; k < vector.length; k++) {
                vector[k] = Float.parseFloat(numbers[k]);
            }
            requireClose(vector, TEXTS.get(i));
            assertThat(lines.get(TEXTS.size() + i)).isEqualTo("" + tokens(TEXTS.get(i)));
        }
    }

    @Test
    void aCheckpointOfHuggingFace() throws Exception {
        Path export = folder.resolve("checkpoint");
        live.exportCheckpoint(export);

        requireLengths(export);
        try (TaskModel<String, float[]> opened =
                TaskModel.open(export, String.class, float[].class)) {
            for (String text : TEXTS) {
                requireClose(opened.predict(text), text);
            }
        }
    }

    @Test
    void anOnnxFileInLangChain4j() throws Exception {
        Path export = MiniLmOnnx.merged(model, folder);

        requireLengths(export);
        OnnxEmbeddingModel opened =
                new OnnxEmbeddingModel(
                        export.resolve("model.onnx"),
                        export.resolve("tokenizer.json"),
                        PoolingMode.MEAN);
        for (String text : TEXTS) {
            requireClose(opened.embed(text).content().vector(), text);
        }
    }

    private static void requireClose(float[] vector, String text) throws Exception {
        assertThat(vector).as(text).containsExactly(live.predict(text), ENGINES);
    }

    /** What other programs find out about lengths. */
    private static void requireLengths(Path export) throws Exception {
        assertThat(Files.readString(export.resolve("tokenizer_config.json")))
                .contains("\"model_max_length\": 256", "\"max_length\": 256");
        assertThat(Files.readString(export.resolve("sentence_bert_config.json")))
                .contains("\"max_seq_length\": 256");
        try (HuggingFaceTokenizer tokenizer =
                HuggingFaceTokenizer.newInstance(
                        export.resolve("tokenizer.json"), Map.of("padding", "false"))) {
            for (String text : TEXTS) {
                assertThat(tokenizer.encode(text).getIds()).hasSize(tokens(text));
            }
        }
        assertThat(Files.readString(export.resolve("tokenizer.json")))
                .contains("\"BatchLongest\"")
                .doesNotContain("\"Fixed\"");
    }

    /** DJL reads no more than 512 tokens unless it is told. */
    @Test
    void moreThan512Tokens() throws Exception {
        Path base = changed("serving.properties", "maxLength=.*", "");
        Path config = base.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replaceFirst(
                                "\"max_position_embeddings\": \\d+",
                                "\"max_position_embeddings\": 702"));

        Path export = exported(base);

        try (HuggingFaceTokenizer stock =
                HuggingFaceTokenizer.builder(ModelDirectory.open(export).servingArguments())
                        .optTokenizerPath(export)
                        .build()) {
            assertThat(stock.encode("the ".repeat(1000)).getIds()).hasSize(700);
        }
    }

    /** Other programs do not know that this model takes small letters only. */
    @Test
    void smallLetters() throws Exception {
        Path base = changed("serving.properties", "$", "");
        Files.writeString(base.resolve("sentence_bert_config.json"), "{\"do_lower_case\": true}");

        Path export = exported(exported(base));

        try (HuggingFaceTokenizer before = HuggingFaceTokenizer.newInstance(base);
                HuggingFaceTokenizer after = HuggingFaceTokenizer.newInstance(export)) {
            long[] small = before.encode("read by nobody").getIds();
            assertThat(before.encode("Read By NOBODY").getIds()).isNotEqualTo(small);
            assertThat(after.encode("Read By NOBODY").getIds()).isEqualTo(small);
        }
        assertThat(Files.readString(export.resolve("tokenizer.json")))
                .containsOnlyOnce("\"Lowercase\"");
    }

    /** A repository holds what tells how texts are read, too. */
    @Test
    void aPublishedModelKeepsItsPromptsAndItsLength() throws Exception {
        Path base = changed("serving.properties", "maxLength=.*", "");
        Files.writeString(base.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 24}");
        Files.writeString(
                base.resolve("config_sentence_transformers.json"),
                "{\"prompts\": {\"query\": \"query: \"}}");

        ModelDirectory published = ModelDirectory.open(publish(exported(base)));

        assertThat(published.maxSequenceLength()).hasValue(24);
        assertThat(SentenceSettings.of(published, note -> {}).queryPrompt()).isEqualTo("query: ");
    }

    @Test
    void aPoolingThatARepositoryDoesNotHoldIsRefused() throws Exception {
        Path base = changed("serving.properties", "(pooling|normalize|translatorFactory)=.*", "");
        SentenceSettings last = SentenceSettings.DEFAULT.withPooling(SentenceSettings.Pooling.LAST);
        for (Map.Entry<String, String> file : last.files(32, 16).entrySet()) {
            Path place = base.resolve(file.getKey());
            Files.createDirectories(place.getParent());
            Files.writeString(place, file.getValue());
        }
        assertThatThrownBy(() -> publish(base))
                .hasMessageContaining("modules.json")
                .hasMessageContaining("publish the TorchScript model that merge writes of it");
        assertThat(publish(exported(base))).isDirectory();
    }

    private static Path publish(Path directory) throws Exception {
        return Publisher.builder()
                .setRepository(Files.createTempDirectory(folder, "repository"))
                .setCoordinates("org.example:search:1.0")
                .build()
                .publish(directory);
    }

    private static Path exported(Path base) throws Exception {
        Path export = Files.createTempDirectory(folder, "export");
        try (TaskModel<String, float[]> task = TaskModel.open(base, String.class, float[].class)) {
            task.export(export);
        }
        return export;
    }

    /** A copy of a small model of vectors with another line in a file. */
    private static Path changed(String name, String line, String replacement) throws Exception {
        Path copy = Files.createTempDirectory(folder, "model");
        Path original = Models.directory("tiny-roberta");
        for (String file :
                Arrays.stream(original.toFile().list())
                        .filter(f -> !f.contains("expected"))
                        .toList()) {
            Files.copy(original.resolve(file), copy.resolve(file));
        }
        Path changed = copy.resolve(name);
        Files.writeString(changed, Files.readString(changed).replaceAll(line, replacement));
        return copy;
    }
}
