/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.modality.nlp.generate.SearchConfig;
import ai.djl.modality.nlp.generate.TextGenerator;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.nio.file.Path;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** DJL's own searches run on a model opened from a checkpoint. */
class CausalLmPredictorTest {

    private static final Path HUB = Path.of("src/test/resources/hub");
    private static final long NO_TOKEN = -1;

    @ParameterizedTest
    @ValueSource(strings = {"tiny-gpt2", "tiny-llama", "tiny-qwen2"})
    void greedySearchFindsTheTokensOfTransformers(String name)
            throws IOException, TranslateException {
        assertThat(search(name, "greedy", 1)).isEqualTo(expected(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-gpt2", "tiny-llama"})
    void searchesOverOneCandidateAreGreedy(String name) throws IOException, TranslateException {
        assertThat(search(name, "contrastive", 1)).isEqualTo(expected(name));
        assertThat(search(name, "beam", 1)).isEqualTo(expected(name));
    }

    @Test
    void searchesOverSeveralCandidatesRun() throws IOException, TranslateException {
        assertThat(search("tiny-llama", "contrastive", 3)).hasSameSizeAs(expected("tiny-llama"));
        assertThat(search("tiny-llama", "beam", 3)).hasSize(3 * expected("tiny-llama").length);
    }

    private static long[] search(String name, String search, int candidates)
            throws IOException, TranslateException {
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve(name));
                CausalLmPredictor predictor = CausalLmPredictor.of(model);
                NDManager scope = NDManager.newBaseManager("PyTorch")) {
            long[] prompt = read(name, "prompt.input_ids");
            SearchConfig config = new SearchConfig();
            config.setMaxSeqLength(expected(name).length);
            config.setPadTokenId(NO_TOKEN);
            config.setBeam(candidates);
            config.setK(candidates);
            NDArray ids = scope.create(prompt, new Shape(1, prompt.length));
            return new TextGenerator(predictor, search, config).generate(ids).toLongArray();
        }
    }

    private static long[] expected(String name) throws IOException {
        return read(name, "generated.input_ids");
    }

    private static long[] read(String name, String tensor) throws IOException {
        Path file = HUB.resolve(name).resolve("expected.safetensors");
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                SafetensorsFile opened = SafetensorsFile.open(file)) {
            return opened.read(manager, tensor).toLongArray();
        }
    }

    @Test
    void aModelOfAnotherKindIsRefused() throws IOException {
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve("tiny-bert"))) {
            assertThatThrownBy(() -> CausalLmPredictor.of(model))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("keeps no keys and values");
        }
    }
}
