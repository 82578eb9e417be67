/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import org.djladapters.archive.NativeKernel;
import org.junit.jupiter.api.Test;

class ProductProgramTest {

    private static final String PROGRAM = NativeKernel.source(MatmulTrial.class, "matmul.py");

    /** An engine without the operator can't compile the program that calls it. */
    @Test
    void doesWithoutOneDnnWhereTheEngineDoes() {
        String without = ProductProgram.withoutOneDnn(ProductProgram.withOneDnn());
        assertThat(ProductProgram.withOneDnn()).contains("ops.mkldnn");
        assertThat(without).doesNotContain("ops.");
        try (NativeKernel kernel =
                        NativeKernel.compile(
                                "Matmul", PROGRAM, Map.of(ProductProgram.ENTRY, without));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray x = manager.arange(6f).reshape(2, 3);
            NDArray weight = manager.arange(12f).reshape(4, 3);
            NDArray bias = manager.ones(new Shape(4));
            NDArray once = manager.create(new int[] {1, 1, 32});
            NDArray y =
                    kernel.call("repeated", manager)
                            .tensor(x)
                            .tensor(weight)
                            .tensor(bias)
                            .tensor(once)
                            .run()
                            .singletonOrThrow();
            assertThat(y).isEqualTo(x.matMul(weight.transpose()).add(1));
        }
    }

    @Test
    void anOperatorThatIsMissingIsAFailureOfTheEngine() {
        String unknown = ProductProgram.withOneDnn().replace("_linear_pointwise", "_no_such");
        assertThatThrownBy(
                        () ->
                                NativeKernel.compile(
                                        "Matmul", PROGRAM, Map.of(ProductProgram.ENTRY, unknown)))
                .isInstanceOf(EngineException.class);
    }
}
