/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeclaredShapesTest {

    private static final String LAYERS =
            """
            class Linear(Module):
              __parameters__ = ["weight", "bias", ]
              weight : Tensor  # [out, in]
              bias : Tensor  # [out]
              def forward(self, x: Tensor) -> Tensor:
                y : Tensor = x  # no declaration
                return y
            """;

    @Test
    void givesModulesTheSizesThatTheirCommentsTell() {
        Map<String, Shape> shapes =
                shapes(
                        """
                        class Root(Module):
                          dense : __torch__.layers.Linear  # [4 * 3, 3]
                          layer : __torch__.Layers
                        class Layers(Module):
                          __annotations__["0"] = __torch__.layers.Linear  # [5, 6]
                          scale : Tensor  # [2, 7]
                        """);

        assertThat(shapes)
                .containsOnly(
                        Map.entry("dense.weight", new Shape(12, 3)),
                        Map.entry("dense.bias", new Shape(12)),
                        Map.entry("layer.0.weight", new Shape(5, 6)),
                        Map.entry("layer.0.bias", new Shape(5)),
                        Map.entry("layer.scale", new Shape(2, 7)));
    }

    @Test
    void namesATensorOfNoShape() {
        assertThatThrownBy(
                        () ->
                                shapes(
                                        """
                                        class Root(Module):
                                          dense : __torch__.layers.Linear
                                        """))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The program declares no size out of dense.weight");
    }

    private static Map<String, Shape> shapes(String text) {
        return DeclaredShapes.of(
                Map.of("__torch__", text, "__torch__.layers", LAYERS), "__torch__.Root");
    }
}
