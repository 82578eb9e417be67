/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.request.EmbeddingInputType;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.data.Offset;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.data.Corpus;
import org.djladapters.data.PairData;
import org.djladapters.data.RetrievalData;
import org.djladapters.langchain4j.Langchain4jEmbeddingModel;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.Evaluator;
import org.djladapters.task.HardNegatives;
import org.djladapters.task.Replacement;
import org.djladapters.task.TaskModel;
import org.djladapters.task.TextEmbedder;
import org.djladapters.task.TextVectors;
import org.djladapters.task.metric.EvaluationListener;
import org.djladapters.task.option.AdaptedTexts;
import org.djladapters.task.option.EmbeddingOptions;
import org.djladapters.vectors.VectorTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Adapters of queries or of passages alone, from training to an index. */
class OneSidedTest {

    private static final String BERT = "tiny-bert";
    private static final Path DIRECTORY = Path.of("src/test/resources/models", BERT);
    private static final List<String> WORDS =
            List.of("parcel", "bill", "car", "red", "where", "wrong", "here", "true");

    /** Float32; padding changes the order of sums. */
    private static final Offset<Float> ROUNDING = Offset.offset(2e-5f);

    @TempDir private Path folder;

    /** Queries name a word, and their passages another one. */
    private static PairData pairs(int rows) {
        List<PairData.Row> pairs = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            String asked = WORDS.get(row % 8);
            String found = WORDS.get((row + 3) % 8);
            pairs.add(PairData.Row.of(asked + " " + row, "the " + found + " is " + row));
        }
        return PairData.of(pairs);
    }

    private FineTuner.Builder builder(
            AdaptedModel model, PairData train, UnaryOperator<EmbeddingOptions.Builder> options) {
        return FineTuner.builder()
                .setModel(model)
                .setConfig(BaselineConfig.full())
                .setTrain(train)
                .setDev(
                        RetrievalData.of(
                                pairs(16), Corpus.of(Map.of("1", "is it", "2", "the true car"))))
                .setOutput(folder.resolve("adapter"))
                .optEmbedding(options.apply(EmbeddingOptions.builder()).build())
                .optBatchSize(8)
                .optEpochs(4)
                .optLearningRate(5e-3)
                .optMaxLength(16)
                .optSeed(1);
    }

    private FineTuningResult trained(AdaptedTexts adapted) throws IOException {
        try (AdaptedModel model = Runs.open(BERT)) {
            return builder(model, pairs(32), options -> options.optAdapt(adapted).optStay(0.1))
                    .build()
                    .run();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = AdaptedTexts.class,
            names = {"QUERY", "PASSAGE"})
    void oneKindOfTextsIsLearnedAndTheOthersKeepTheirVectors(AdaptedTexts adapted)
            throws Exception {
        FineTuningResult result = trained(adapted);

        assertThat(result.metrics().get("mrr@10"))
                .isGreaterThan(result.startMetrics().get("mrr@10") + 0.05);
        assertThat(result.provenance().options())
                .containsEntry("adapt", adapted.toString())
                .containsEntry("stay", "0.1");
        try (AdaptedModel model = Runs.open(BERT)) {
            assertThat(
                            Evaluator.evaluate(
                                    model,
                                    folder.resolve("adapter"),
                                    RetrievalData.of(
                                            pairs(16),
                                            Corpus.of(Map.of("1", "is it", "2", "the true car")))))
                    .isEqualTo(result.metrics());
            AdapterDirectory.load(model, "a", folder.resolve("adapter"));
            String text = "where is the parcel";
            float[] own = vector(model, "a", text);
            float[] base = vector(model, AdaptedModel.BASE, text);
            assertThat(own).isNotEqualTo(base);
            try (Langchain4jEmbeddingModel embedding =
                    Langchain4jEmbeddingModel.builder().setModel(model).optAdapter("a").build()) {
                boolean queries = adapted == AdaptedTexts.QUERY;
                assertThat(embedding.embed(text).content().vector())
                        .containsExactly(queries ? own : base, ROUNDING);
                assertThat(embedding.embed(TextSegment.from(text)).content().vector())
                        .containsExactly(queries ? base : own, ROUNDING);
                assertThat(embedding.embed(request(text, EmbeddingInputType.QUERY)).embeddings())
                        .first()
                        .satisfies(
                                found ->
                                        assertThat(found.vector())
                                                .containsExactly(queries ? own : base, ROUNDING));
                assertThatThrownBy(() -> embedding.embed(request(text, null)))
                        .hasMessage(
                                "Adapter 'a' is for %s texts alone; say whether texts are queries or passages"
                                        .formatted(adapted));
            }
        }
    }

    private static float[] vector(AdaptedModel model, String adapter, String text)
            throws Exception {
        try (TaskModel<String, float[]> task =
                TaskModel.beside(model, String.class, float[].class, adapter)) {
            return task.predict(text);
        }
    }

    private static EmbeddingRequest request(String text, EmbeddingInputType type) {
        return EmbeddingRequest.builder().input(text).inputType(type).build();
    }

    @Test
    void passagesAreThoseOfTheBaseModelWhereNegativesAreMinedAndFilesWritten() throws IOException {
        trained(AdaptedTexts.QUERY);
        try (AdaptedModel model = Runs.open(BERT)) {
            RetrievalData data = RetrievalData.of(pairs(16));
            AdapterDirectory.load(model, "a", folder.resolve("adapter"));
            model.activate("a");
            PairData mined =
                    HardNegatives.builder()
                            .setModel(model)
                            .setData(data)
                            .optRange(0, 1)
                            .build()
                            .mine();
            assertThat(mined.size()).isPositive();
            assertThat(model.active()).containsExactly("a");
            TextVectors.Builder file = TextVectors.builder().setModel(model);
            assertThat(file.optPrompt(TextVectors.QUERY).build().width()).isPositive();
            assertThatThrownBy(() -> file.optPrompt(TextVectors.PASSAGE).build())
                    .hasMessageContaining("others keep the vectors of the base model");
        }
    }

    @Test
    void anIndexIsNotEmbeddedAgainAndItsPassagesAreCandidates() throws IOException {
        Map<String, String> passages = new LinkedHashMap<>();
        pairs(32).rows().forEach(row -> passages.put("p" + passages.size(), row.second()));
        passages.put("other", "the bill is red");
        Path file = folder.resolve("index.safetensors");
        try (AdaptedModel model = Runs.open(BERT)) {
            VectorTable index =
                    TextVectors.builder().setModel(model).optMaxLength(16).build().embed(passages);
            index.write(file);
            FineTuningResult result =
                    builder(
                                    model,
                                    pairs(32),
                                    o -> o.optAdapt(AdaptedTexts.QUERY).optCorpusVectors(file))
                            .build()
                            .run();
            assertThat(result.metrics().get("mrr@10"))
                    .isGreaterThan(result.startMetrics().get("mrr@10"));
            model.delete(model.active().get(0));
            RetrievalData data = RetrievalData.of(pairs(8)); // no two passages have the same tokens
            assertThat(Evaluator.evaluate(model, folder.resolve("adapter"), data.withVectors(file)))
                    .isEqualTo(Evaluator.evaluate(model, folder.resolve("adapter"), data));
            float[] wrong = new float[index.size() * index.width()];
            Arrays.fill(wrong, 1);
            Path others = folder.resolve("others.safetensors");
            VectorTable.of(index.ids(), index.texts(), wrong, Map.of()).write(others);
            Path bare = folder.resolve("bare.safetensors");
            VectorTable.of(index.ids(), Optional.empty(), wrong, Map.of()).write(bare);
            Path foreign = folder.resolve("foreign.safetensors");
            VectorTable.of(index.ids(), index.texts(), wrong, Map.of(VectorTable.MODEL_SHA256, "0"))
                    .write(foreign);
            Map.of(
                            others,
                            "is not the one of this model: their cosine is",
                            bare,
                            "has vectors without their texts",
                            foreign,
                            "are of another model",
                            folder.resolve("none"),
                            "There is no file")
                    .forEach(
                            (given, message) ->
                                    assertThatThrownBy(
                                                    () ->
                                                            builder(
                                                                            model,
                                                                            pairs(8),
                                                                            o ->
                                                                                    o.optAdapt(
                                                                                                    AdaptedTexts
                                                                                                            .QUERY)
                                                                                            .optCorpusVectors(
                                                                                                    given))
                                                                    .setOutput(folder.resolve("b"))
                                                                    .build()
                                                                    .run())
                                            .hasMessageContaining(message));
        }
    }

    @Test
    void knownVectorsAreNotThoseOfAnAdapterOfPassages() throws IOException {
        Path file = folder.resolve("index.safetensors");
        try (AdaptedModel model = Runs.open(BERT)) {
            TextVectors.builder()
                    .setModel(model)
                    .optMaxLength(16)
                    .build()
                    .embed(Map.of("1", pairs(1).rows().get(0).second()))
                    .write(file);
            builder(model, pairs(8), options -> options).optEpochs(1).build().run();
            model.delete(model.active().get(0));
            RetrievalData known = RetrievalData.of(pairs(8)).withVectors(file);

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Evaluator.evaluate(model, folder.resolve("adapter"), known))
                    .withMessageContaining("The adapter changes the vectors of passages");
        }
    }

    @Test
    void vectorsOfAnotherMaximumLengthAreRefusedThoughASingleTextIsLonger() throws IOException {
        Path file = folder.resolve("index.safetensors");
        Map<String, String> passages = new LinkedHashMap<>();
        pairs(32).rows().forEach(row -> passages.put("p" + passages.size(), row.second()));
        passages.put("long", "the true car is red . " + "bill . ".repeat(24));
        try (AdaptedModel model = Runs.open(BERT)) {
            TextVectors.builder()
                    .setModel(model)
                    .optMaxLength(12)
                    .build()
                    .embed(passages)
                    .write(file);
            RetrievalData known = RetrievalData.of(pairs(8)).withVectors(file);

            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () ->
                                    Evaluator.evaluate(
                                            model,
                                            known,
                                            OptionalInt.of(48),
                                            new EvaluationListener() {}))
                    .withMessageContaining("The vector of 'the true car is red");
        }
    }

    @Test
    void adaptersOfDifferentTextsAreNotUsedTogether() throws IOException {
        LoraConfig lora = LoraConfig.builder().optRank(1).build();
        try (AdaptedModel model = Runs.open(BERT)) {
            builder(model, pairs(8), options -> options.optAdapt(AdaptedTexts.QUERY))
                    .setConfig(lora)
                    .optEpochs(1)
                    .build()
                    .run();
            String query = model.active().get(0);
            model.add("both", lora);
            model.activate("both", query);
            RetrievalData data = RetrievalData.of(pairs(8));

            for (ThrowingCallable used :
                    List.<ThrowingCallable>of(
                            () -> TaskModel.of(model, String.class, float[].class),
                            () ->
                                    HardNegatives.builder()
                                            .setModel(model)
                                            .setData(data)
                                            .build()
                                            .mine(),
                            () -> TextVectors.builder().setModel(model).build())) {
                assertThatIllegalArgumentException()
                        .isThrownBy(used)
                        .withMessageContaining("are for different texts of a search");
            }
        }
    }

    @Test
    void anExportSaysWhichTextsItIsFor() throws IOException {
        trained(AdaptedTexts.QUERY);
        try (TaskModel<String, float[]> task =
                TaskModel.open(DIRECTORY, folder.resolve("adapter"), String.class, float[].class)) {
            assertThat(task.usage()).contains("vectors for query texts alone");
            task.export(folder.resolve("merged"));
        }
        try (AdaptedModel merged = AdaptedModel.open(folder.resolve("merged"));
                TextEmbedder texts =
                        TextEmbedder.open(merged, AdaptedModel.BASE, Replacement.KEEP)) {
            List<String> one = List.of("the car");
            assertThat(texts.embed(one, TextEmbedder.Role.QUERY, Optional.empty()).vectors())
                    .hasSize(1);
            Map<ThrowingCallable, String> refused =
                    Map.of(
                            () ->
                                    Evaluator.evaluate(
                                            merged,
                                            RetrievalData.of(pairs(8)),
                                            OptionalInt.empty(),
                                            new EvaluationListener() {}),
                            "no vectors of the others; measure the adapter",
                            () -> texts.embed(one, TextEmbedder.Role.PASSAGE, Optional.empty()),
                            "was merged with an adapter of query texts alone",
                            () -> TextVectors.builder().setModel(merged).build(),
                            "is for query texts alone");
            refused.forEach(
                    (use, message) -> assertThatThrownBy(use).hasMessageContaining(message));
        }
    }

    static List<Arguments> refused() {
        PairData scored = PairData.of(List.of(PairData.Row.scored("where", "here", 0.5)));
        PairData triplets = PairData.of(List.of(PairData.Row.of("where", "here", "car")));
        PairData same =
                PairData.of(List.of(PairData.Row.of("where", "x"), PairData.Row.of("wrong", "x")));
        UnaryOperator<EmbeddingOptions.Builder> query = o -> o.optAdapt(AdaptedTexts.QUERY);
        return List.of(
                refused(pairs(8), o -> o.optStay(1), "is for adapters of queries or of passages"),
                refused(pairs(8), o -> o.optFalseNegatives(0.1), "leaving out false negatives"),
                refused(scored, query, "learn by the loss mnrl, not by cosent"),
                refused(
                        triplets,
                        o -> o.optAdapt(AdaptedTexts.PASSAGE),
                        "has negatives, which belong to no query"),
                refused(
                        pairs(8),
                        o -> query.apply(o).optSymmetric(true),
                        "without the symmetric form"),
                refused(pairs(8), o -> query.apply(o).optMiniBatch(2), "without mini-batches"),
                refused(
                        pairs(8),
                        o -> o.optCorpusVectors(Path.of("x")),
                        "The option of vectors of a corpus"),
                refused(same, query, "have the same passage"));
    }

    private static Arguments refused(
            PairData train, UnaryOperator<EmbeddingOptions.Builder> options, String message) {
        return Arguments.of(train, options, message);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatHasNoMeaningIsRefused(
            PairData train, UnaryOperator<EmbeddingOptions.Builder> options, String message)
            throws IOException {
        try (AdaptedModel model = Runs.open(BERT)) {
            FineTuner tuner = builder(model, train, options).build();
            assertThatThrownBy(tuner::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void noTeacherIsMadeOfSuchAnAdapter() throws IOException {
        trained(AdaptedTexts.QUERY);
        try (AdaptedModel model = Runs.open(BERT)) {
            FineTuner taught =
                    builder(model, pairs(8), o -> o.optLoss(EmbeddingOptions.Loss.GIST))
                            .setOutput(folder.resolve("other"))
                            .optTeacher(DIRECTORY.toString())
                            .optTeacherAdapter(folder.resolve("adapter").toString())
                            .build();
            assertThatThrownBy(taught::run).hasMessageContaining("is for query texts alone");
        }
    }
}
