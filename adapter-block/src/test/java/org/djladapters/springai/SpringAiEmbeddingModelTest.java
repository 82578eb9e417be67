/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.MovedAdapters;
import org.djladapters.task.Replacement;
import org.djladapters.task.TextEmbedder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.document.Document;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.TokenCountBatchingStrategy;

class SpringAiEmbeddingModelTest {

    private static final String BERT = "tiny-bert";
    private static final List<String> TEXTS = List.of("where is my parcel", "hi", "why not");
    private static final EmbeddingOptions NOTHING = EmbeddingOptions.builder().build();

    /** Float32, with other texts beside it in the batch. */
    private static final Offset<Float> ROUNDING = Offset.offset(2e-5f);

    @TempDir private Path folder;

    private static SpringAiEmbeddingModel embedding(AdaptedModel model, String adapter)
            throws IOException {
        return SpringAiEmbeddingModel.builder().setModel(model).optAdapter(adapter).build();
    }

    @Test
    void theVectorsAreThoseOfTheAdapter() throws Exception {
        try (AdaptedModel model = MovedAdapters.open(BERT, "a", "b");
                TextEmbedder plain = TextEmbedder.open(model, "b", Replacement.KEEP);
                SpringAiEmbeddingModel b = embedding(model, "b")) {
            TextEmbedder.Embeddings expected =
                    plain.embed(TEXTS, TextEmbedder.Role.ANY, Optional.of(settings -> ""));
            EmbeddingResponse response = b.call(new EmbeddingRequest(TEXTS, NOTHING));
            assertThat(response.getResults())
                    .extracting(Embedding::getIndex)
                    .containsExactly(0, 1, 2);
            for (int i = 0; i < TEXTS.size(); i++) {
                assertThat(response.getResults().get(i).getOutput())
                        .containsExactly(expected.vectors().get(i), ROUNDING);
                assertThat(b.embed(TEXTS.get(i)))
                        .containsExactly(expected.vectors().get(i), ROUNDING);
            }
            assertThat(response.getMetadata().getModel()).isEqualTo("tiny-bert/b");
            assertThat(response.getMetadata().getUsage().getPromptTokens())
                    .isEqualTo(expected.tokens())
                    .isPositive();
            assertThat(b.dimensions()).isEqualTo(expected.vectors().get(0).length);
            assertThat(model.active()).containsExactly("a");
        }
    }

    @Test
    void documentsAreEmbeddedInTheirOrder() throws Exception {
        List<Document> documents = TEXTS.stream().map(Document::new).toList();
        try (AdaptedModel model = MovedAdapters.open(BERT, "a");
                SpringAiEmbeddingModel a = embedding(model, "a")) {
            List<float[]> vectors = a.embed(documents, NOTHING, new TokenCountBatchingStrategy());
            for (int i = 0; i < TEXTS.size(); i++) {
                assertThat(vectors.get(i)).containsExactly(a.embed(TEXTS.get(i)), ROUNDING);
                assertThat(a.embed(documents.get(i)))
                        .containsExactly(a.embed(TEXTS.get(i)), ROUNDING);
            }
        }
    }

    @Test
    void metadataAreEmbeddedWhereThatIsAsked() throws Exception {
        Document document = new Document("why not", Map.of("title", "hi"));
        try (AdaptedModel model = MovedAdapters.open(BERT);
                SpringAiEmbeddingModel plain =
                        SpringAiEmbeddingModel.builder().setModel(model).build();
                SpringAiEmbeddingModel titled =
                        SpringAiEmbeddingModel.builder()
                                .setModel(model)
                                .optMetadataMode(MetadataMode.EMBED)
                                .build()) {
            assertThat(plain.getEmbeddingContent(document)).isEqualTo("why not");
            assertThat(titled.getEmbeddingContent(document)).contains("title: hi", "why not");
            assertThat(titled.embed(document)).isNotEqualTo(plain.embed(document));
            assertThat(titled.embed(document))
                    .isEqualTo(titled.embed(titled.getEmbeddingContent(document)));
        }
    }

    @Test
    void queriesAndDocumentsHavePromptsOfTheirOwn() throws Exception {
        Path directory =
                withPrompts("{\"prompts\": {\"query\": \"ask \", \"passage\": \"tell \"}}");
        try (AdaptedModel model = AdaptedModel.open(directory);
                SpringAiEmbeddingModel plain =
                        SpringAiEmbeddingModel.builder().setModel(model).build();
                SpringAiEmbeddingModel prompted =
                        SpringAiEmbeddingModel.builder()
                                .setModel(model)
                                .optPrompt("query")
                                .optDocumentPrompt("passage")
                                .build()) {
            Document document = new Document("why");
            float[] told = plain.embed("tell why");
            assertThat(prompted.embed("why")).isEqualTo(plain.embed("ask why"));
            assertThat(prompted.embed(document)).isEqualTo(told);
            assertThat(prompted.embed(List.of(document), NOTHING, new TokenCountBatchingStrategy()))
                    .containsExactly(told);
        }
    }

    private Path withPrompts(String config) throws IOException {
        Path copy = Files.createDirectory(folder.resolve("model"));
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/models", BERT))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        Files.writeString(copy.resolve("config_sentence_transformers.json"), config);
        return copy;
    }

    @Test
    void whatItCanNotDoIsRefused() throws Exception {
        try (AdaptedModel model = MovedAdapters.open(BERT, "a", "b");
                SpringAiEmbeddingModel b = embedding(model, "b")) {
            int dimensions = b.dimensions();
            assertThat(
                            b.call(asking(EmbeddingOptions.builder().dimensions(dimensions)))
                                    .getResults())
                    .hasSize(3);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> b.call(asking(EmbeddingOptions.builder().dimensions(2))))
                    .withMessage("This embedding model has %d dimensions, not 2", dimensions);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> b.call(asking(EmbeddingOptions.builder().model("x"))))
                    .withMessage("This embedding model is 'tiny-bert/b', not 'x'");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> b.embed(List.of("hi", "")))
                    .withMessage("Text 2 of 2 is empty; leave it out");
            assertThat(b.call(new EmbeddingRequest(List.of(), null)).getResults()).isEmpty();
            model.delete("b");
            assertThatIllegalStateException()
                    .isThrownBy(() -> b.embed("hi"))
                    .withMessageContaining("was deleted");
        }
    }

    private static EmbeddingRequest asking(EmbeddingOptions.Builder options) {
        return new EmbeddingRequest(TEXTS, options.build());
    }

    @Test
    void aClosedModelSaysSo() throws Exception {
        try (AdaptedModel model = MovedAdapters.open(BERT, "a")) {
            SpringAiEmbeddingModel a = embedding(model, "a");
            a.close();
            assertThatIllegalStateException()
                    .isThrownBy(() -> a.embed("hi"))
                    .withMessage("The embedding model was closed");
        }
    }
}
