/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;

/** The losses of answers and of relevances, compared with their formulas computed by hand. */
class AnswerLossTest {

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

            float loss = new AnswerLoss().evaluate(labels, logits).getFloat();

            double first = Math.log(2 + Math.exp(1)) - 1 + Math.log(2 + Math.exp(3)) - 3;
            // the third place of the second row is a filler
            double second = Math.log(1 + Math.exp(2)) - 2 + Math.log(1 + Math.exp(1)) - 1;
            assertThat((double) loss).isCloseTo((first + second) / 4, within(1e-6));
        }
    }

    @Test
    void aRelevancesLossIsTheBinaryCrossEntropy() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList labels = new NDList(manager.create(new float[][] {{1}, {0}, {0.25f}, {1}}));
            NDList logits = new NDList(manager.create(new float[][] {{2}, {-1}, {0.5f}, {-200}}));

            float loss = new BinaryCrossEntropy().evaluate(labels, logits).getFloat();

            double expected =
                    -Math.log(sigmoid(2))
                            - Math.log(1 - sigmoid(-1))
                            - 0.25 * Math.log(sigmoid(0.5))
                            - 0.75 * Math.log(1 - sigmoid(0.5))
                            + 200;
            assertThat((double) loss).isCloseTo(expected / 4, within(1e-5));
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
