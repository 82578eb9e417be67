/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.List;
import org.djladapters.ManagerFixture;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.hub.SentenceSettings.Pooling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentencePoolingTest extends ManagerFixture {

    private static final float[] RIGHT = {1, 2, 3, -4, 5, 0, 900, -900};
    private static final float[] LEFT = {900, -900, 1, 2, 3, -4, 5, 0};

    /** The hidden states (1, 2), (3, -4), (5, 0), whose pooled values are computed by hand. */
    @ParameterizedTest
    @CsvSource({
        "MEAN, 3, -0.6666667",
        "CLS, 1, 2",
        "LAST, 5, 0",
        "MAX, 5, 2",
        "MEAN_SQRT_LEN, 5.196152, -1.154701",
        "WEIGHTED_MEAN, 3.6666667, -1"
    })
    void poolsTheTokensAndNothingOfThePadding(Pooling pooling, float x, float y) {
        NDArray vectors =
                pooling(pooling, false).vectors(inputs(), new NDList(hidden(RIGHT, LEFT)));

        assertThat(vectors.getShape()).isEqualTo(new Shape(2, 2));
        assertThat(vectors.toFloatArray())
                .usingComparatorWithPrecision(1e-5f)
                .containsExactly(x, y, x, y);
    }

    @Test
    void scalesVectorsToLengthOne() {
        NDArray vectors =
                pooling(Pooling.CLS, true).vectors(inputs(), new NDList(hidden(RIGHT, LEFT)));

        assertThat(vectors.get(0).toFloatArray())
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(0.4472136f, 0.8944272f);
    }

    @Test
    void takesTheHiddenStatesByTheirNameInFloat32() {
        NDArray other = manager.zeros(new Shape(2, 4, 2));
        NDArray hidden = hidden(RIGHT, LEFT).toType(DataType.FLOAT16, true);
        hidden.setName("last_hidden_state");

        NDArray vectors = pooling(Pooling.LAST, false).vectors(inputs(), new NDList(other, hidden));

        assertThat(vectors.getDataType()).isEqualTo(DataType.FLOAT32);
        assertThat(vectors.toFloatArray()).containsExactly(5, 0, 5, 0);
    }

    @Test
    void countsAllPositionsWhereTheModelHasNoMask() {
        SentencePooling pooling =
                SentencePooling.of(
                        SentenceSettings.DEFAULT.withNormalize(false), List.of("input_ids"));

        NDArray vectors =
                pooling.vectors(
                        new NDList(manager.create(new long[1][4])),
                        new NDList(hidden(new float[] {1, 2, 3, 4, 5, 6, 7, 8})));

        assertThat(vectors.toFloatArray()).containsExactly(4, 5);
    }

    @Test
    void givesATextWithoutTokensTheVectorZero() {
        for (Pooling pooling : List.of(Pooling.MEAN, Pooling.CLS, Pooling.LAST)) {
            NDList inputs =
                    new NDList(
                            manager.create(new long[1][4]),
                            manager.create(new long[][] {{0, 0, 0, 0}}));

            NDArray vectors = pooling(pooling, true).vectors(inputs, new NDList(hidden(RIGHT)));

            assertThat(vectors.toFloatArray()).as("%s", pooling).containsExactly(0, 0);
        }
    }

    /** Central differences of a sum of squares, for every pooling. */
    @ParameterizedTest
    @CsvSource({"MEAN", "CLS", "LAST", "MAX", "MEAN_SQRT_LEN", "WEIGHTED_MEAN"})
    void gradientsReachTheHiddenStates(Pooling pooling) {
        NDArray hidden =
                manager.create(
                        new float[] {.1f, .2f, .3f, -.4f, .5f, 0, 9, -9}, new Shape(1, 4, 2));
        NDArray target = manager.create(new float[] {.3f, .4f}, new Shape(1, 2));
        NDList inputs =
                new NDList(
                        manager.create(new long[1][4]),
                        manager.create(new long[][] {{1, 1, 1, 0}}));
        hidden.setRequiresGradient(true);
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            collector.backward(loss(pooling, inputs, hidden, target));
        }
        float[] gradient = hidden.getGradient().toFloatArray();
        hidden.setRequiresGradient(false);

        float[] values = hidden.toFloatArray();
        for (int i = 0; i < values.length; i++) {
            float step = 1e-2f;
            double above = moved(pooling, inputs, values, i, step, target);
            double below = moved(pooling, inputs, values, i, -step, target);
            // the third derivative of the normalisation times the square of the step
            assertThat((double) gradient[i])
                    .as("%s, entry %d", pooling, i)
                    .isCloseTo((above - below) / (2 * step), within(5e-3));
        }
    }

    private double moved(
            Pooling pooling, NDList inputs, float[] values, int i, float step, NDArray target) {
        float[] other = values.clone();
        other[i] += step;
        NDArray hidden = manager.create(other, new Shape(1, 4, 2));
        return loss(pooling, inputs, hidden, target).getFloat();
    }

    private NDArray loss(Pooling pooling, NDList inputs, NDArray hidden, NDArray target) {
        return pooling(pooling, true)
                .vectors(inputs, new NDList(hidden))
                .sub(target)
                .square()
                .sum();
    }

    @Test
    void refusesAModelWithoutHiddenStates() {
        NDArray logits = manager.zeros(new Shape(2, 3));

        assertThatThrownBy(() -> pooling(Pooling.MEAN, true).vectors(inputs(), new NDList(logits)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(2, 3)")
                .hasMessageContaining("feature-extraction");
    }

    private static SentencePooling pooling(Pooling pooling, boolean normalize) {
        return SentencePooling.of(
                SentenceSettings.DEFAULT.withPooling(pooling).withNormalize(normalize),
                List.of("input_ids", "attention_mask"));
    }

    /** Two texts of three tokens, padded on the right and on the left. */
    private NDList inputs() {
        return new NDList(
                manager.create(new long[2][4]),
                manager.create(new long[][] {{1, 1, 1, 0}, {0, 1, 1, 1}}));
    }

    private NDArray hidden(float[]... texts) {
        NDList rows = new NDList();
        for (float[] text : texts) {
            rows.add(manager.create(text, new Shape(4, 2)));
        }
        return NDArrays.stack(rows);
    }
}
