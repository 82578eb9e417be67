/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.classification;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import org.djladapters.task.kind.TaskLoss;
import org.junit.jupiter.api.Test;

class SquaredErrorTest {

    @Test
    void isTheMeanOfTheSquaresWithItsGradient() {
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
}
