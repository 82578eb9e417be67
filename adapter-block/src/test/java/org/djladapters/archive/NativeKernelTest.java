/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NativeKernelTest {

    private NDManager manager;
    private NativeKernel kernel;

    @BeforeEach
    void load() {
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        kernel = NativeKernel.load(NativeKernelTest.class, "kernel.py", Device.cpu());
    }

    @AfterEach
    void close() {
        kernel.close();
        manager.close();
    }

    @Test
    void forwardIsCalled() {
        NDArray x = manager.arange(6f).reshape(2, 3);

        NDArray y = kernel.call(new NDList(x, x), false).singletonOrThrow();

        assertThat(y.toFloatArray()).containsExactly(0, 2, 4, 6, 8, 10);
    }

    @Test
    void anotherMethodTakesListsAndReturnsATuple() {
        NDArray x = manager.ones(new Shape(2, 2));
        NDList factors = new NDList(manager.eye(2).mul(2), manager.eye(2).mul(5));

        NDList y =
                kernel.call(
                        "product",
                        false,
                        NativeKernel.Argument.of(x),
                        NativeKernel.Argument.list(factors));

        assertThat(y).hasSize(2);
        assertThat(y.get(0).toFloatArray()).containsOnly(10);
        assertThat(y.get(1).toFloatArray()).containsOnly(2);
    }

    @Test
    void namesOfInputsDontMatterAndAreRestored() {
        NDArray x = manager.ones(new Shape(2, 2));
        NDArray factor = manager.eye(2);
        x.setName("model.layer.weight");
        factor.setName("module_method:forward");

        kernel.call(
                "product",
                false,
                NativeKernel.Argument.of(x),
                NativeKernel.Argument.list(new NDList(factor)));

        assertThat(x.getName()).isEqualTo("model.layer.weight");
        assertThat(factor.getName()).isEqualTo("module_method:forward");
    }

    @Test
    void gradientsFlowThroughAKernel() {
        NDArray x = manager.arange(4f).reshape(2, 2);
        x.setRequiresGradient(true);
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray y = kernel.call(new NDList(x, x.mul(x)), true).singletonOrThrow();
            collector.backward(y.sum());
        }

        assertThat(x.getGradient().toFloatArray()).containsExactly(1, 3, 5, 7);
    }

    @Test
    void anErrorInTheSourceIsToldInTheEnginesWords() {
        String source =
                """
                class Broken(Module):
                  def forward(self, x: Tensor) -> Tensor:
                    return unheard_of(x)
                """;

        assertThatIllegalArgumentException()
                .isThrownBy(() -> NativeKernel.compile("broken.py", source, Device.cpu()))
                .withMessageContaining("broken.py does not compile")
                .withMessageContaining("undefined value unheard_of");
    }

    @Test
    void malformedSourceIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NativeKernel.compile("a.py", "x = (", Device.cpu()))
                .withMessageContaining("a bracket is not closed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NativeKernel.compile("a.py", "", Device.cpu()))
                .withMessageContaining("must declare one module class");
    }

    @Test
    void aMissingResourceIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NativeKernel.load(getClass(), "none.py", Device.cpu()))
                .withMessageContaining("none.py");
    }

    @Test
    void callsThatTheEngineCantMakeAreRefused() {
        NDArray x = manager.ones(new Shape(2, 2));

        assertThatIllegalArgumentException().isThrownBy(() -> kernel.call(new NDList(), false));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NativeKernel.Argument.list(new NDList()));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                kernel.call(
                                        "product",
                                        false,
                                        NativeKernel.Argument.of(x),
                                        NativeKernel.Argument.list(new NDList(x))));
    }
}
