/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import org.djladapters.task.kind.TaskLoss;
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

            float loss = TaskLoss.ofSpans().evaluate(labels, logits).getFloat();

            double first = Math.log(2 + Math.exp(1)) - 1 + Math.log(2 + Math.exp(3)) - 3;
            // the third place of the second row is a filler
            double second = Math.log(1 + Math.exp(2)) - 2 + Math.log(1 + Math.exp(1)) - 1;
            assertThat((double) loss).isCloseTo((first + second) / 4, within(1e-6));
        }
    }
}
