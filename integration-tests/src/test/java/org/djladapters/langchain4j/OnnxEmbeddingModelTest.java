/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.OnnxEmbeddingModel;
import dev.langchain4j.model.embedding.onnx.PoolingMode;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.store.embedding.CosineSimilarity;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.djladapters.examples.builtin.BuiltInModel;
import org.djladapters.model.AdaptedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our vectors beside those of LangChain4j's own model, both of all-MiniLM-L6-v2. */
class OnnxEmbeddingModelTest {

    /** Two engines, float32, six layers; vectors have length 1. */
    private static final Offset<Float> ENGINES = Offset.offset(1e-5f);

    private static final List<TextSegment> TEXTS =
            List.of(
                    TextSegment.from("The parcel has not come yet."),
                    TextSegment.from("Why?"),
                    TextSegment.from(
                            "Naïve façades in Zürich: 3,50 € each, or “two for five” – who pays?"),
                    TextSegment.from(
                            "the meter was read on monday and again on friday ".repeat(9)));

    @TempDir private static Path cache;

    @Test
    void vectorsAndTokensAreThoseOfLangChain4jsOwnModel() throws Exception {
        EmbeddingModel onnx =
                new OnnxEmbeddingModel(
                        MiniLmOnnx.model(cache), MiniLmOnnx.tokenizer(cache), PoolingMode.MEAN);
        try (AdaptedModel model =
                        AdaptedModel.open(BuiltInModel.ALL_MINILM_L6_V2.directory(cache));
                Langchain4jEmbeddingModel own =
                        Langchain4jEmbeddingModel.builder().setModel(model).build()) {
            Response<List<Embedding>> expected = onnx.embedAll(TEXTS);
            Response<List<Embedding>> actual = own.embedAll(TEXTS);
            for (int i = 0; i < TEXTS.size(); i++) {
                assertThat(actual.content().get(i).vector())
                        .as(TEXTS.get(i).text())
                        .containsExactly(expected.content().get(i).vector(), ENGINES);
            }
            assertThat(actual.tokenUsage()).isEqualTo(expected.tokenUsage());
            assertThat(own.dimension()).isEqualTo(onnx.dimension()).isEqualTo(384);
            assertThatThrownBy(() -> onnx.embed(" ")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> own.embed(" ")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theMergedModelGivesTheVectorsOfTheAdapter(@TempDir Path folder) throws Exception {
        try (AdaptedModel model = MiniLmOnnx.adapted(folder);
                Langchain4jEmbeddingModel live =
                        Langchain4jEmbeddingModel.builder()
                                .setModel(model)
                                .optAdapter(MiniLmOnnx.ADAPTER)
                                .build();
                Langchain4jEmbeddingModel base =
                        Langchain4jEmbeddingModel.builder().setModel(model).build()) {
            Path merged = MiniLmOnnx.merged(model, folder);
            EmbeddingModel onnx =
                    new OnnxEmbeddingModel(
                            merged.resolve("model.onnx"),
                            merged.resolve("tokenizer.json"),
                            PoolingMode.MEAN);
            for (TextSegment text : TEXTS) {
                float[] expected = live.embed(text).content().vector();
                assertThat(onnx.embed(text).content().vector())
                        .as(text.text())
                        .containsExactly(expected, ENGINES);
                assertThat(
                                CosineSimilarity.between(
                                        live.embed(text).content(), base.embed(text).content()))
                        .isLessThan(0.99);
            }
        }
    }

    /** The tokenizer that LangChain4j brings along truncates at 128 tokens, the model at 256. */
    @Test
    void textsAreReadToTheLengthThatTheModelWasTrainedFor() throws Exception {
        TextSegment text =
                TextSegment.from("the meter was read on monday and again on friday ".repeat(40));
        EmbeddingModel onnx =
                new OnnxEmbeddingModel(
                        MiniLmOnnx.model(cache), MiniLmOnnx.tokenizer(cache), PoolingMode.MEAN);
        try (AdaptedModel model =
                        AdaptedModel.open(BuiltInModel.ALL_MINILM_L6_V2.directory(cache));
                Langchain4jEmbeddingModel own =
                        Langchain4jEmbeddingModel.builder().setModel(model).build()) {
            assertThat(onnx.embed(text).tokenUsage().inputTokenCount()).isEqualTo(126);
            assertThat(own.embed(text).tokenUsage().inputTokenCount()).isEqualTo(254);
        }
    }
}
