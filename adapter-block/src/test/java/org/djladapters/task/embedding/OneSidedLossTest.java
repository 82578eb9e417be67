/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.djladapters.task.option.EmbeddingOptions;
import org.junit.jupiter.api.Test;

class OneSidedLossTest {

    private static final int WIDTH = 6;

    /** Float32 computes losses of this size to about six digits. */
    private static final double TOLERANCE = 3e-5;

    @Test
    void withTheSecondTextsOfABatchItIsMultipleNegativesRanking() {
        try (NDManager scope = NDManager.newBaseManager("PyTorch")) {
            NDArray texts = rows(scope, 3, 0);
            NDArray others = rows(scope, 3, 1);
            EmbeddingOptions shorter =
                    EmbeddingOptions.builder().optMatryoshka(List.of(6, 4)).build();
            for (EmbeddingOptions options : List.of(EmbeddingOptions.DEFAULT, shorter)) {
                float expected =
                        new EmbeddingLoss(EmbeddingOptions.Loss.MNRL, options, false)
                                .evaluate(new NDList(), new NDList(texts, others))
                                .getFloat();
                assertThat(loss(options, texts, others, new long[] {0, 1, 2}, new boolean[9]))
                        .isCloseTo(expected, within((float) TOLERANCE));
            }
        }
    }

    @Test
    void whatIsLeftOutDoesNotCountAndStayingNearCosts() {
        try (NDManager scope = NDManager.newBaseManager("PyTorch")) {
            NDArray texts = rows(scope, 1, 0);
            NDArray candidates = rows(scope, 3, 1);
            EmbeddingOptions options = EmbeddingOptions.builder().optScale(2).optStay(0.5).build();
            double own = Math.exp(2 * cosine(texts, 0, candidates, 2));
            double other = Math.exp(2 * cosine(texts, 0, candidates, 0));
            double expected =
                    -Math.log(own / (own + other))
                            + 0.5 * (1 - cosine(texts, 0, rows(scope, 1, 2), 0));

            float found =
                    loss(
                            options,
                            texts,
                            candidates,
                            new long[] {2},
                            new boolean[] {false, true, false});

            assertThat((double) found).isCloseTo(expected, within(TOLERANCE));
        }
    }

    /**
     * Candidates do not change with the rows of a batch, so a row of weight 2 is that row twice.
     */
    @Test
    void aRowThatWeighsTwiceIsTwoRows() {
        try (NDManager scope = NDManager.newBaseManager("PyTorch")) {
            EmbeddingOptions options = EmbeddingOptions.builder().optStay(0.5).build();
            NDArray texts = rows(scope, 2, 0);
            NDArray before = rows(scope, 2, 2);
            NDArray candidates = rows(scope, 3, 1);
            NDArray weights = scope.create(new float[] {3, 6});
            NDList once = new NDList(weights, candidates, scope.create(new long[] {2, 0}));
            once.add(scope.create(new boolean[6], new Shape(2, 3)));
            once.add(before);
            NDList twice = new NDList(candidates, scope.create(new long[] {2, 0, 0}));
            twice.add(scope.create(new boolean[9], new Shape(3, 3)));
            twice.add(before.concat(before.get("1:")));

            float found =
                    new OneSidedLoss(options, true).evaluate(once, new NDList(texts)).getFloat();
            float expected =
                    new OneSidedLoss(options, false)
                            .evaluate(twice, new NDList(texts.concat(texts.get("1:"))))
                            .getFloat();

            assertThat((double) found).isCloseTo(expected, within(TOLERANCE));
        }
    }

    private static float loss(
            EmbeddingOptions options,
            NDArray texts,
            NDArray candidates,
            long[] own,
            boolean... left) {
        NDManager scope = texts.getManager();
        Shape shape = new Shape(own.length, candidates.getShape().get(0));
        NDList labels =
                new NDList(
                        candidates,
                        scope.create(own),
                        scope.create(left, shape),
                        rows(scope, own.length, 2));
        return new OneSidedLoss(options, false).evaluate(labels, new NDList(texts)).getFloat();
    }

    /** Makes rows whose lengths differ. */
    private static NDArray rows(NDManager scope, int count, int which) {
        float[] values = new float[count * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((1 + i / WIDTH) * Math.cos(1.7 * i + 5 * which));
        }
        return scope.create(values, new Shape(count, WIDTH));
    }

    private static double cosine(NDArray some, int row, NDArray others, int other) {
        float[] both = some.get(row).concat(others.get(other)).toFloatArray();
        return Similarities.cosine(both, 0, 1, WIDTH);
    }
}
