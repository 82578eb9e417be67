/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.WeightSpec.Kind;
import org.junit.jupiter.api.Test;

class TokensAdapterTest {

    private static final Shape EMBEDDING = new Shape(5, 3);
    private static final TokensConfig CONFIG =
            TokensConfig.builder().optTokens(List.of(4, 1)).build();

    @Test
    void changesTheVectorsOfItsTokensAlone() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray weight = manager.randomNormal(0, 1, EMBEDDING, DataType.FLOAT64);
            WeightAdapter adapter = CONFIG.newAdapter(Rotated.spec(Kind.EMBEDDING, EMBEDDING));
            adapter.initialize(manager, DataType.FLOAT64, EMBEDDING);
            adapter.initializeFrom(weight);
            assertThat(Rotated.adapted(adapter, weight, false)).isEqualTo(weight);

            Rotated.moved(adapter, 1, manager);
            NDArray vectors = adapter.getParameters().get("trainable_tokens_delta").getArray();
            NDArray changed = Rotated.adapted(adapter, weight, false);
            Rotated.assertClose(
                    changed.get(new NDIndex("{}", manager.create(new long[] {4, 1}))),
                    Rotated.matrix(vectors));
            assertThat(changed.get(new NDIndex("2:4"))).isEqualTo(weight.get(new NDIndex("2:4")));
            NDArray direction = manager.randomNormal(0, 1, EMBEDDING, DataType.FLOAT64);
            Rotated.assertGradients(adapter, weight, direction);
            assertThat(adapter).hasToString("TokensAdapter(2 tokens)");
        }
    }

    @Test
    void tokensThatThereAreNotAreRefused() {
        WeightSpec embedding = Rotated.spec(Kind.EMBEDDING, EMBEDDING);
        assertRefused(List.of(5), embedding, "there is no number 5");
        assertRefused(List.of(), embedding, "No tokens are named");
        assertRefused(List.of(1), Rotated.spec(Kind.LINEAR, EMBEDDING), "leave it out");
        assertRefused(List.of(-1), embedding, "must not be negative");
        assertRefused(List.of(1, 1), embedding, "stands twice");
    }

    private static void assertRefused(List<Integer> tokens, WeightSpec weight, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> TokensConfig.builder().optTokens(tokens).build().newAdapter(weight))
                .withMessageContaining(message);
    }

    @Test
    void findsTheEmbeddingsOfTokens() {
        for (String path :
                List.of("wte", "model.embed_tokens", "bert.embeddings.word_embeddings")) {
            assertThat(CONFIG.targets().selects(path)).as(path).isTrue();
        }
        assertThat(CONFIG.targets().selects("bert.embeddings.position_embeddings")).isFalse();
    }
}
