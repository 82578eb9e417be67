/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.model.AdaptedModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextEmbedderTest {

    private static final String BERT = "tiny-bert";

    @TempDir private Path folder;

    private Path base;

    @BeforeEach
    void copyAModel() throws IOException {
        base = Files.createDirectory(folder.resolve("model"));
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/models", BERT))) {
            for (Path file : files.toList()) {
                Files.copy(file, base.resolve(file.getFileName()));
            }
        }
    }

    private void prompts(String prompts) throws IOException {
        Files.writeString(
                base.resolve("config_sentence_transformers.json"),
                "{\"prompts\": {%s}, \"default_prompt_name\": \"all\"}".formatted(prompts));
    }

    private void serving(String entry) throws IOException {
        Files.writeString(
                base.resolve("serving.properties"), "\n" + entry, StandardOpenOption.APPEND);
    }

    /** What a model without prompts gives for a text. */
    private static float[] bare(String text) throws Exception {
        try (AdaptedModel model = MovedAdapters.open(BERT);
                TaskModel<String, float[]> task =
                        TaskModel.of(model, String.class, float[].class)) {
            return task.predict(text);
        }
    }

    private static TextEmbedder open(AdaptedModel model, String adapter) throws IOException {
        return TextEmbedder.open(model, adapter, Replacement.KEEP);
    }

    private static float[] vector(
            TextEmbedder embedder, Optional<Function<SentenceSettings, String>> prompt) {
        return embedder.embed(List.of("why"), TextEmbedder.Role.ANY, prompt).vectors().get(0);
    }

    private static Optional<Function<SentenceSettings, String>> text(String prompt) {
        return Optional.of(settings -> prompt);
    }

    @Test
    void theDefaultPromptIsTakenWhereNoOtherIsAndOnce() throws Exception {
        prompts("\"all\": \"say \"");
        try (AdaptedModel model = AdaptedModel.open(base);
                TextEmbedder embedder = open(model, AdaptedModel.BASE)) {
            float[] said = bare("say why");
            assertThat(vector(embedder, embedder.prompt(null))).isEqualTo(said);
            assertThat(vector(embedder, Optional.of(SentenceSettings::queryPrompt)))
                    .isEqualTo(said);
            assertThat(vector(embedder, Optional.of(SentenceSettings::passagePrompt)))
                    .isEqualTo(said);
            assertThat(vector(embedder, text(""))).isEqualTo(bare("why"));
        }
    }

    @Test
    void thePromptOfQueriesStandsAlone() throws Exception {
        prompts("\"all\": \"say \", \"query\": \"ask \"");
        try (AdaptedModel model = AdaptedModel.open(base);
                TextEmbedder embedder = open(model, AdaptedModel.BASE)) {
            assertThat(vector(embedder, Optional.of(SentenceSettings::queryPrompt)))
                    .isEqualTo(bare("ask why"));
            assertThat(vector(embedder, embedder.prompt("query"))).isEqualTo(bare("ask why"));
        }
    }

    @Test
    void promptsAndLengthAreThoseThatTheAdapterWasTrainedWith() throws Exception {
        String record =
                """
                {"options": {"task": "EMBEDDING", "max_length": "12", "sentence_pooling": "mean",
                 "normalize": "false", "query_prompt": "ask "}}
                """;
        Path adapter = folder.resolve("adapter");
        try (AdaptedModel model = MovedAdapters.open(BERT, "a")) {
            AdapterDirectory.save(
                    model,
                    "a",
                    adapter,
                    AdapterDirectory.Layout.PACKED,
                    Map.of(AdapterDirectory.PROVENANCE, record));
        }
        prompts("\"all\": \"say \"");
        try (AdaptedModel model = AdaptedModel.open(base)) {
            AdapterDirectory.load(model, "a", adapter);
            try (TextEmbedder embedder = open(model, "a")) {
                assertThat(vector(embedder, embedder.prompt(null)))
                        .isEqualTo(vector(embedder, text("")));
                assertThat(vector(embedder, Optional.of(SentenceSettings::queryPrompt)))
                        .isEqualTo(vector(embedder, text("ask ")));
                // with a token before and one after the text
                assertThat(
                                embedder.embed(
                                                List.of("hi ".repeat(50)),
                                                TextEmbedder.Role.ANY,
                                                text(""))
                                        .tokens())
                        .isEqualTo(10);
            }
        }
    }

    @Test
    void textsArePutIntoLowerCaseWhereTheModelReadsThatOnly() throws Exception {
        Files.writeString(base.resolve("sentence_bert_config.json"), "{\"do_lower_case\": true}");
        try (AdaptedModel model = AdaptedModel.open(base);
                TextEmbedder embedder = open(model, AdaptedModel.BASE)) {
            TextEmbedder.Embeddings lower =
                    embedder.embed(List.of("why not"), TextEmbedder.Role.ANY, text("ask "));
            TextEmbedder.Embeddings upper =
                    embedder.embed(List.of("WHY not"), TextEmbedder.Role.ANY, text("Ask "));
            assertThat(upper.tokens()).isEqualTo(lower.tokens());
            assertThat(upper.vectors().get(0)).isEqualTo(lower.vectors().get(0));
        }
    }

    @Test
    void whatOnlyDjlsTranslatorFollowsIsRefusedUnlessItIsOff() throws Exception {
        serving("layerNorm=false");
        try (AdaptedModel model = AdaptedModel.open(base);
                TextEmbedder embedder = open(model, AdaptedModel.BASE)) {
            assertThat(vector(embedder, text(""))).isEqualTo(bare("why"));
        }
        serving("int32=true");
        try (AdaptedModel model = AdaptedModel.open(base)) {
            assertThatThrownBy(() -> open(model, AdaptedModel.BASE))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll(
                            "serving.properties",
                            "has the entry int32, which only DJL's own translator follows");
        }
    }
}
