/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.reranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import org.djladapters.task.kind.TaskLoss;
import org.junit.jupiter.api.Test;

class BinaryCrossEntropyTest {

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

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
