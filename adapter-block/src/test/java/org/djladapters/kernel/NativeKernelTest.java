/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NativeKernelTest {

    private static final String FUNCTIONS =
            """
            def twice(x: Tensor) -> Tensor:
              return x * 2
            """;

    private static final String SOURCE =
            """
            class Kernel(Module):
              training : bool
              def weighted(self, x: Tensor, y: Tensor) -> Tensor:
                return x * y
              def product(self, x: Tensor, factors: List[Tensor]) -> Tuple[Tensor, Tensor]:
                y = x
                for factor in factors:
                  y = y @ factor
                return y, __torch__.tools.twice(x)
            """;

    private NDManager manager;
    private NativeKernel kernel;

    @BeforeEach
    void load() {
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        kernel =
                NativeKernel.compile(
                        "Kernel", SOURCE, Map.of("code/__torch__/tools.py", FUNCTIONS));
    }

    @AfterEach
    void close() {
        kernel.close();
        manager.close();
    }

    @Test
    void aMethodTakesListsReturnsATupleAndCallsFunctionsOfOtherFiles() {
        NDArray x = manager.ones(new Shape(2, 2));
        NDList factors = new NDList(manager.eye(2).mul(2), manager.eye(2).mul(5));

        NDList y = kernel.call("product", manager).tensor(x).tensors(factors).run();

        assertThat(y).hasSize(2);
        assertThat(y.get(0).toFloatArray()).containsOnly(10);
        assertThat(y.get(1).toFloatArray()).containsOnly(2);
    }

    @Test
    void aClassInAPackageCallsTheFunctionsBesideIt() {
        String source =
                FUNCTIONS
                        + """

                        class Doubling(Module):
                          training : bool
                          def twice(self, x: Tensor) -> Tensor:
                            return __torch__.tools.math.twice(x)
                        """;
        try (NativeKernel doubling =
                NativeKernel.compile("tools.math.Doubling", source, Map.of())) {
            NDArray y =
                    doubling.call("twice", manager).tensor(manager.ones(new Shape(3))).run().get(0);
            assertThat(y.toFloatArray()).containsExactly(2, 2, 2);
        }
    }

    @Test
    void namesOfInputsDontMatterAndAreRestored() {
        NDArray x = manager.ones(new Shape(2, 2));
        NDArray factor = manager.eye(2);
        x.setName("model.layer.weight");
        factor.setName("module_method:forward");

        kernel.call("product", manager).tensor(x).tensors(List.of(factor)).run();

        assertThat(x.getName()).isEqualTo("model.layer.weight");
        assertThat(factor.getName()).isEqualTo("module_method:forward");
    }

    @Test
    void resultsBelongToTheGivenManager() {
        NDArray x = manager.ones(new Shape(2));
        try (NDManager owner = manager.newSubManager()) {
            NDArray y = kernel.call("weighted", owner).tensor(x).tensor(x).run().get(0);
            assertThat(y.getManager()).isSameAs(owner);
        }
    }

    @Test
    void gradientsFlowThroughAKernel() {
        NDArray x = manager.arange(4f).reshape(2, 2);
        x.setRequiresGradient(true);
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray y = kernel.call("weighted", manager).tensor(x).tensor(x.mul(x)).run().get(0);
            collector.backward(y.sum());
        }

        assertThat(x.getGradient().toFloatArray()).containsExactly(0, 3, 12, 27);
    }

    @Test
    void anErrorInTheSourceIsToldInTheEnginesWords() {
        String source =
                """
                class Broken(Module):
                  training : bool
                  def forward(self, x: Tensor) -> Tensor:
                    return unheard_of(x)
                """;

        assertThatExceptionOfType(EngineException.class)
                .isThrownBy(() -> NativeKernel.compile("Broken", source, Map.of()))
                .withMessageContaining("undefined value unheard_of");
    }

    @Test
    void aMissingResourceIsNamed() {
        assertThatIllegalStateException()
                .isThrownBy(() -> NativeKernel.source(getClass(), "none.py"))
                .withMessageContaining("none.py");
    }

    @Test
    void anEmptyListIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernel.call("product", manager).tensors(List.of()));
    }
}
