/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.vera;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec.Kind;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;

class PveraConfigTest {

    private static final Shape LINEAR = new Shape(4, 6);
    private static final PveraConfig CONFIG = PveraConfig.builder().optRank(3).build();

    /** diag(lambda_b) B diag(lambda_d) A with the first half of A and lambda_d. */
    @Test
    void predictsAsVeraDoesWithTheMeans() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray weight = manager.randomNormal(0, 1, LINEAR, DataType.FLOAT64);
            WeightAdapter adapter =
                    Rotated.moved(CONFIG.newAdapter(Rotated.spec(Kind.LINEAR, LINEAR)), 1, manager);
            SimpleMatrix down = wide(adapter.shared().get("pvera_A"));
            SimpleMatrix up = wide(adapter.shared().get("pvera_B"));
            assertThat(down.getNumRows()).isEqualTo(6);

            SimpleMatrix change =
                    diagonal(adapter, "pvera_lambda_b")
                            .mult(up)
                            .mult(diagonal(adapter, "pvera_lambda_d").extractMatrix(0, 3, 0, 3))
                            .mult(down.extractMatrix(0, 3, 0, 6));
            Rotated.assertClose(
                    Rotated.adapted(adapter, weight, false), Rotated.matrix(weight).plus(change));
        }
    }

    private static SimpleMatrix wide(NDArray array) {
        return Rotated.matrix(array.toType(DataType.FLOAT64, false));
    }

    private static SimpleMatrix diagonal(WeightAdapter adapter, String name) {
        return SimpleMatrix.diag(adapter.getParameters().get(name).getArray().toDoubleArray());
    }

    @Test
    void readsAsText() {
        assertThat(CONFIG).hasToString("pvera(rank 3, targets all-linear)");
    }
}
