/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.matmul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import org.djladapters.kernel.NativeKernel;
import org.junit.jupiter.api.Test;

class ProductProgramTest {

    private static final String PROGRAM =
            """
            class Products(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool

              def linear(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
                way = annotate(Optional[__torch__.djladapters.product.Way], __torch__.djladapters.product.Way(1, 1, 1))
                return __torch__.djladapters.product.linear(x, weight, bias, way)

              def added(self, x: Tensor, weight: Tensor, other: Tensor) -> Tensor:
                way = annotate(Optional[__torch__.djladapters.product.Way], __torch__.djladapters.product.Way(1, 1, 1))
                return __torch__.djladapters.product.added(x, weight, way, other, False)
            """;

    /** An engine without the operator can't compile the program that calls it. */
    @Test
    void doesWithoutOneDnnWhereTheEngineDoes() {
        String without = ProductProgram.withoutOneDnn(ProductProgram.withOneDnn());
        assertThat(ProductProgram.withOneDnn()).contains("ops.");
        assertThat(without).doesNotContain("ops.");
        try (NativeKernel kernel = compile(without);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray x = manager.arange(6f).reshape(2, 3);
            NDArray weight = manager.arange(12f).reshape(4, 3);
            NDArray product = x.matMul(weight.transpose());
            NDArray bias = manager.ones(new Shape(4));
            NDArray other = manager.arange(8f).reshape(2, 4);
            assertThat(
                            kernel.call("linear", manager)
                                    .tensor(x)
                                    .tensor(weight)
                                    .tensor(bias)
                                    .run()
                                    .singletonOrThrow())
                    .isEqualTo(product.add(1));
            assertThat(
                            kernel.call("added", manager)
                                    .tensor(x)
                                    .tensor(weight)
                                    .tensor(other)
                                    .run()
                                    .singletonOrThrow())
                    .isEqualTo(product.add(other));
        }
    }

    private static NativeKernel compile(String product) {
        return NativeKernel.compile("Products", PROGRAM, Map.of(ProductProgram.ENTRY, product));
    }

    @Test
    void anOperatorThatIsMissingIsAFailureOfTheEngine() {
        String unknown = ProductProgram.withOneDnn().replace("_linear_pointwise", "_no_such");
        assertThatThrownBy(() -> compile(unknown)).isInstanceOf(EngineException.class);
    }
}
