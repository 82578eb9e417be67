/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import org.junit.jupiter.api.Test;

/** Losses compared with their formulas, computed by hand. */
class TaskLossTest {

    @Test
    void aSquaredErrorIsTheMeanOfTheSquaresWithItsGradient() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                GradientCollector collector = manager.getEngine().newGradientCollector()) {
            NDArray labels = manager.create(new float[] {1, -2, 0.5f, 4});
            NDArray predictions = manager.create(new float[] {0, -1, 2, 3.5f}, new Shape(4, 1));
            predictions.setRequiresGradient(true);

            NDArray loss =
                    TaskLoss.squaredError().evaluate(new NDList(labels), new NDList(predictions));
            collector.backward(loss);

            // (1 + 1 + 2.25 + 0.25) / 4, all exact in float32
            assertThat(loss.getFloat()).isEqualTo(1.125f);
            assertThat(predictions.getGradient().toFloatArray())
                    .containsExactly(-0.5f, 0.5f, 0.75f, -0.25f);
        }
    }

    @Test
    void aRelevancesLossIsTheBinaryCrossEntropy() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList labels = new NDList(manager.create(new float[][] {{1}, {0}, {0.25f}, {1}}));
            NDList logits = new NDList(manager.create(new float[][] {{2}, {-1}, {0.5f}, {-200}}));

            float loss = TaskLoss.binaryCrossEntropy().evaluate(labels, logits).getFloat();

            double expected =
                    -Math.log(sigmoid(2))
                            - Math.log(1 - sigmoid(-1))
                            - 0.25 * Math.log(sigmoid(0.5))
                            - 0.75 * Math.log(1 - sigmoid(0.5))
                            + 200;
            assertThat((double) loss).isCloseTo(expected / 4, within(1e-5));
        }
    }

    @Test
    void anAnswersLossIsTheMeanOfTwoCrossEntropies() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList labels =
                    new NDList(
                            manager.create(new long[] {1, 0}),
                            manager.create(new long[] {2, 0}),
                            manager.create(new float[][] {{0, 0, 0}, {0, 0, -1e4f}}));
            NDList logits =
                    new NDList(
                            manager.create(new float[][] {{0, 1, 0}, {2, 0, 50}}),
                            manager.create(new float[][] {{0, 0, 3}, {1, 0, 50}}));

            float loss = TaskLoss.ofSpans().evaluate(labels, logits).getFloat();

            double first = Math.log(2 + Math.exp(1)) - 1 + Math.log(2 + Math.exp(3)) - 3;
            // the third place of the second row is a filler
            double second = Math.log(1 + Math.exp(2)) - 2 + Math.log(1 + Math.exp(1)) - 1;
            assertThat((double) loss).isCloseTo((first + second) / 4, within(1e-6));
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
