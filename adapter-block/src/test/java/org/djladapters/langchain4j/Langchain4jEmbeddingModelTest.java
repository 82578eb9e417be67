/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.embedding.request.EmbeddingInputType;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.output.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.MovedAdapters;
import org.djladapters.task.TaskModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Langchain4jEmbeddingModelTest {

    private static final String BERT = "tiny-bert";
    private static final List<String> TEXTS =
            List.of("where is my parcel", "hi", "the bill of may is wrong and nobody answers");

    /** Float32; padding and the way in which an adapter is placed change the order of sums. */
    private static final Offset<Float> ROUNDING = Offset.offset(2e-5f);

    @TempDir private Path folder;

    private static Langchain4jEmbeddingModel embedding(AdaptedModel model, String adapter)
            throws IOException {
        return Langchain4jEmbeddingModel.builder().setModel(model).optAdapter(adapter).build();
    }

    private static List<TextSegment> segments(List<String> texts) {
        return texts.stream().map(TextSegment::from).toList();
    }

    private static List<float[]> vectors(Langchain4jEmbeddingModel model, List<String> texts) {
        return model.embedAll(segments(texts)).content().stream().map(Embedding::vector).toList();
    }

    /** What the task model of an adapter predicts while nothing else is active. */
    private static List<float[]> expected(AdaptedModel model, String adapter, List<String> texts)
            throws Exception {
        List<String> before = model.active();
        model.activate(adapter.equals(AdaptedModel.BASE) ? new String[0] : new String[] {adapter});
        try (TaskModel<String, float[]> task = base(model, adapter)) {
            List<float[]> vectors = new ArrayList<>();
            for (String text : texts) { // one by one: no padding
                vectors.add(task.predict(text));
            }
            return vectors;
        } finally {
            model.activate(before.toArray(new String[0]));
        }
    }

    private static TaskModel<String, float[]> base(AdaptedModel model, String adapter)
            throws IOException {
        return adapter.equals(AdaptedModel.BASE)
                ? TaskModel.beside(model, String.class, float[].class, adapter)
                : TaskModel.of(model, String.class, float[].class, adapter);
    }

    private static void assertClose(List<float[]> actual, List<float[]> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            assertThat(actual.get(i)).as("text %d", i).containsExactly(expected.get(i), ROUNDING);
        }
    }

    @Test
    void theVectorsAreThoseOfTheAdapterInTheOrderOfTheTexts() throws Exception {
        try (AdaptedModel model = MovedAdapters.open(BERT, "a", "b")) {
            List<float[]> a = expected(model, "a", TEXTS);
            List<float[]> base = expected(model, AdaptedModel.BASE, TEXTS);
            assertThat(distance(a, base)).isGreaterThan(0.01f);
            try (Langchain4jEmbeddingModel active = embedding(model, "a");
                    Langchain4jEmbeddingModel other = embedding(model, "b");
                    Langchain4jEmbeddingModel none =
                            Langchain4jEmbeddingModel.builder().setModel(model).build()) {
                assertClose(vectors(active, TEXTS), a);
                assertClose(vectors(other, TEXTS), expected(model, "b", TEXTS));
                assertClose(vectors(none, TEXTS), base);
                assertThat(model.active()).containsExactly("a");
                model.activate("b", "a");
                assertClose(vectors(active, TEXTS), a);
            }
        }
    }

    private static float distance(List<float[]> some, List<float[]> others) {
        float largest = 0;
        for (int i = 0; i < some.size(); i++) {
            for (int j = 0; j < some.get(i).length; j++) {
                largest = Math.max(largest, Math.abs(some.get(i)[j] - others.get(i)[j]));
            }
        }
        return largest;
    }

    @Test
    void modelsOfOneBaseWorkAtOnceEachWithItsOwnAdapter() throws Exception {
        List<String> names = List.of("a", "b", "c", AdaptedModel.BASE);
        try (AdaptedModel model = MovedAdapters.open(BERT, "a", "b", "c")) {
            Map<String, List<float[]>> expected = new LinkedHashMap<>();
            for (String name : names) {
                expected.put(name, expected(model, name, TEXTS));
            }
            ExecutorService threads = Executors.newFixedThreadPool(6);
            try {
                List<Callable<Void>> calls = new ArrayList<>();
                for (int i = 0; i < 40; i++) {
                    String name = names.get(i % names.size());
                    calls.add(
                            () -> {
                                try (Langchain4jEmbeddingModel own = embedding(model, name)) {
                                    assertClose(vectors(own, TEXTS), expected.get(name));
                                }
                                return null;
                            });
                    if (i % 10 == 5) { // somebody else goes on with the model
                        String active = names.get(i / 10 % 3);
                        calls.add(
                                () -> {
                                    model.activate(active);
                                    return null;
                                });
                    }
                }
                for (Future<Void> call : threads.invokeAll(calls)) {
                    call.get();
                }
            } finally {
                threads.shutdownNow();
            }
        }
    }

    @Test
    void whatTheModelCanNotUseNowIsRefused() throws Exception {
        try (AdaptedModel model = MovedAdapters.open(BERT, "a", "b");
                Langchain4jEmbeddingModel a = embedding(model, "a");
                Langchain4jEmbeddingModel b = embedding(model, "b")) {
            List<float[]> before = vectors(a, TEXTS);
            try (AdaptedModel.Scope disabled = model.disable()) {
                assertThat(disabled).isNotNull();
                assertThatIllegalStateException()
                        .isThrownBy(() -> a.embed("hi"))
                        .withMessageContaining("disabled");
            }
            model.merge("a");
            assertClose(vectors(a, TEXTS), before);
            assertThatIllegalStateException()
                    .isThrownBy(() -> b.embed("hi"))
                    .withMessageContaining("merged");
            model.unmerge();
            model.delete("a");
            assertThatIllegalStateException()
                    .isThrownBy(() -> a.embed("hi"))
                    .withMessage(
                            "Adapter 'a' was deleted or replaced since it was opened; open it"
                                    + " again");
            MovedAdapters.add(model, "a", null);
            assertThatIllegalStateException()
                    .isThrownBy(() -> a.embed("hi"))
                    .withMessageContaining("deleted");
            assertThat(b.embed("hi").content().vector()).isNotEmpty();
        }
    }

    @Test
    void aClosedModelSaysSo() throws Exception {
        AdaptedModel model = MovedAdapters.open(BERT, "a");
        Langchain4jEmbeddingModel first = embedding(model, "a");
        Langchain4jEmbeddingModel second = embedding(model, "a");
        float[] vector = second.embed("hi").content().vector();
        first.close();
        first.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> first.embed("hi"))
                .withMessage("The embedding model was closed");
        assertThat(second.embed("hi").content().vector()).isEqualTo(vector);
        model.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> second.embed("hi"))
                .withMessage("The embedding model was closed");
        second.close();
    }

    @Test
    void emptyTextsAreRefusedAndNoTextsGiveNoVectors() throws Exception {
        try (AdaptedModel model = MovedAdapters.open(BERT, "a");
                Langchain4jEmbeddingModel a = embedding(model, "a")) {
            assertThatIllegalArgumentException().isThrownBy(() -> a.embed(" "));
            assertThatIllegalArgumentException().isThrownBy(() -> a.embed((String) null));
            Response<List<Embedding>> none = a.embedAll(List.of());
            assertThat(none.content()).isEmpty();
            assertThat(none.tokenUsage().inputTokenCount()).isZero();
        }
    }

    @Test
    void textsAreTruncatedToTheModelsLengthAndTokensAreCounted() throws Exception {
        String word = "hi ";
        try (AdaptedModel model = MovedAdapters.open(BERT, "a");
                Langchain4jEmbeddingModel a = embedding(model, "a")) {
            int tokens = a.embed(word).tokenUsage().inputTokenCount();
            // maxLength=64 of the model, with a token before and one after the text
            Response<Embedding> longest = a.embed(word.repeat(62 / tokens));
            Response<Embedding> longer = a.embed(word.repeat(500));
            assertThat(longest.tokenUsage().inputTokenCount()).isEqualTo(62 / tokens * tokens);
            assertThat(longer.tokenUsage().inputTokenCount()).isEqualTo(62);
            assertThat(a.embed(word.repeat(600)).content()).isEqualTo(longer.content());
            Response<List<Embedding>> both = a.embedAll(segments(List.of("hi", word.repeat(500))));
            assertThat(both.tokenUsage().inputTokenCount()).isEqualTo(tokens + 62);
        }
    }

    @Test
    void manyTextsOfAllLengthsKeepTheirPlaces() throws Exception {
        List<String> texts =
                IntStream.range(0, 90).mapToObj(i -> "no " + "hi ".repeat(i * 37 % 50)).toList();
        try (AdaptedModel model = MovedAdapters.open(BERT, "a");
                Langchain4jEmbeddingModel a = embedding(model, "a")) {
            assertClose(vectors(a, texts), expected(model, "a", texts));
        }
    }

    @Test
    void namesAndDimensionsAreThoseOfTheModel() throws Exception {
        try (AdaptedModel model = MovedAdapters.open(BERT, "a");
                Langchain4jEmbeddingModel a = embedding(model, "a");
                Langchain4jEmbeddingModel base = embedding(model, AdaptedModel.BASE)) {
            assertThat(a.dimension()).isEqualTo(a.embed("hi").content().dimension());
            assertThat(a.modelName()).isEqualTo("tiny-bert/a");
            assertThat(base.modelName()).isEqualTo("tiny-bert");
            EmbeddingRequest request = EmbeddingRequest.builder().input("hi").build();
            assertThat(a.embed(request).metadata().modelName()).isEqualTo("tiny-bert/a");
            assertThat(a.embed(request).metadata().tokenUsage()).isNotNull();
            EmbeddingRequest shorter = EmbeddingRequest.builder().input("hi").dimensions(2).build();
            assertThatThrownBy(() -> a.embed(shorter))
                    .isInstanceOf(UnsupportedFeatureException.class);
        }
    }

    @Test
    void promptsAreThoseOfTheModel() throws Exception {
        Path directory =
                withPrompts("{\"prompts\": {\"query\": \"ask \", \"passage\": \"tell \"}}");
        try (AdaptedModel model = AdaptedModel.open(directory);
                Langchain4jEmbeddingModel plain =
                        Langchain4jEmbeddingModel.builder().setModel(model).build();
                Langchain4jEmbeddingModel asking =
                        Langchain4jEmbeddingModel.builder()
                                .setModel(model)
                                .optPrompt("query")
                                .build()) {
            Embedding query = plain.embed("ask why").content();
            Embedding passage = plain.embed("tell why").content();
            assertThat(asking.embed("why").content()).isEqualTo(query);
            assertThat(request(plain, EmbeddingInputType.QUERY)).isEqualTo(query);
            assertThat(request(plain, EmbeddingInputType.DOCUMENT)).isEqualTo(passage);
            assertThat(request(asking, EmbeddingInputType.DOCUMENT)).isEqualTo(passage);
            assertThat(request(plain, null)).isEqualTo(plain.embed("why").content());
            try (Langchain4jEmbeddingModel own =
                    Langchain4jEmbeddingModel.builder()
                            .setModel(model)
                            .optPrompt("tell ")
                            .build()) {
                assertThat(own.embed("why").content()).isEqualTo(passage);
            }
        }
    }

    private static Embedding request(Langchain4jEmbeddingModel model, EmbeddingInputType type) {
        EmbeddingRequest.Builder request = EmbeddingRequest.builder().input("why");
        return model.embed((type == null ? request : request.inputType(type)).build())
                .embeddings()
                .get(0);
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
    void anAdapterThatGivesNoVectorsIsRefused() throws Exception {
        HeadConfig head = new HeadConfig(3, HeadConfig.Pooling.MEAN);
        try (AdaptedModel model = MovedAdapters.open(BERT)) {
            model.add("tickets", BaselineConfig.head(), head);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> embedding(model, "tickets"))
                    .withMessageContaining("does not predict float[] from String");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> embedding(model, "nobody"))
                    .withMessageContaining("There is no adapter 'nobody'");
        }
    }
}
