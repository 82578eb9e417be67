/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.springai;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.djladapters.examples.builtin.BuiltInModel;
import org.djladapters.langchain4j.MiniLmOnnx;
import org.djladapters.model.AdaptedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.document.Document;
import org.springframework.ai.transformers.TransformersEmbeddingModel;

/** Our vectors beside those of Spring AI's own model, both of all-MiniLM-L6-v2. */
class TransformersEmbeddingModelTest {

    /** Two engines, float32, six layers; vectors have length 1. */
    private static final Offset<Float> ENGINES = Offset.offset(1e-5f);

    private static final List<String> TEXTS =
            List.of("The parcel has not come yet.", "Why?", "Who pays 3,50 € in Zürich?");

    @TempDir private static Path cache;

    /** Spring AI's model with files of the disk, as its properties set them. */
    static TransformersEmbeddingModel transformers(Path onnx, Path tokenizer) throws Exception {
        TransformersEmbeddingModel model = new TransformersEmbeddingModel();
        model.setModelResource(onnx.toUri().toString());
        model.setTokenizerResource(tokenizer.toUri().toString());
        model.setDisableCaching(true);
        model.afterPropertiesSet();
        return model;
    }

    @Test
    void vectorsHaveTheDirectionOfSpringAisOwnModel() throws Exception {
        try (TransformersEmbeddingModel spring =
                        transformers(MiniLmOnnx.model(cache), MiniLmOnnx.tokenizer(cache));
                AdaptedModel model =
                        AdaptedModel.open(BuiltInModel.ALL_MINILM_L6_V2.directory(cache));
                SpringAiEmbeddingModel own =
                        SpringAiEmbeddingModel.builder().setModel(model).build()) {
            List<float[]> expected = spring.embed(TEXTS);
            List<float[]> actual = own.embed(TEXTS);
            for (int i = 0; i < TEXTS.size(); i++) {
                assertThat(actual.get(i))
                        .as(TEXTS.get(i))
                        .containsExactly(unit(expected.get(i)), ENGINES);
            }
            assertThat(own.dimensions()).isEqualTo(384);
            assertThat(own.embed(new Document(TEXTS.get(1))))
                    .containsExactly(unit(spring.embed(new Document(TEXTS.get(1)))), ENGINES);
        }
    }

    @Test
    void theMergedModelGivesTheVectorsOfTheAdapter(@TempDir Path folder) throws Exception {
        try (AdaptedModel model = MiniLmOnnx.adapted(folder);
                SpringAiEmbeddingModel live =
                        SpringAiEmbeddingModel.builder()
                                .setModel(model)
                                .optAdapter(MiniLmOnnx.ADAPTER)
                                .build()) {
            Path merged = MiniLmOnnx.merged(model, folder);
            try (TransformersEmbeddingModel spring =
                    transformers(merged.resolve("model.onnx"), merged.resolve("tokenizer.json"))) {
                for (String text : TEXTS) {
                    assertThat(unit(spring.embed(text)))
                            .as(text)
                            .containsExactly(live.embed(text), ENGINES);
                }
            }
        }
    }

    /** Spring AI's model leaves the mean of the tokens at its length. */
    static float[] unit(float[] vector) {
        double square =
                IntStream.range(0, vector.length).mapToDouble(i -> vector[i] * vector[i]).sum();
        float[] unit = new float[vector.length];
        for (int i = 0; i < vector.length; i++) {
            unit[i] = (float) (vector[i] / Math.sqrt(square));
        }
        return unit;
    }
}
