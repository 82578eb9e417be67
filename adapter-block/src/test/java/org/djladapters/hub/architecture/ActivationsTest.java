/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.djladapters.ManagerFixture;
import org.djladapters.hub.program.ProgramTemplate;
import org.djladapters.kernel.NativeKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Activation functions are what their names mean in transformers. */
class ActivationsTest extends ManagerFixture {

    private static final String PROGRAM =
            """
            class Apply(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              def forward(self, x: Tensor) -> Tensor:
                return %s(x)
            """;

    /** Values at -2, -0.5, 1 and 20 from the functions' formulas, in double precision. */
    @ParameterizedTest
    @CsvSource({
        "gelu, -0.0455003, -0.1542688, 0.8413447, 20",
        "gelu_python, -0.0455003, -0.1542688, 0.8413447, 20",
        "gelu_10, -0.0455003, -0.1542688, 0.8413447, 10",
        "gelu_new, -0.0454023, -0.1542860, 0.8411920, 20",
        "gelu_fast, -0.0454023, -0.1542860, 0.8411920, 20",
        "gelu_accurate, -0.0454023, -0.1542860, 0.8411920, 20",
        "gelu_pytorch_tanh, -0.0454023, -0.1542860, 0.8411920, 20",
        "gelu_python_tanh, -0.0454023, -0.1542860, 0.8411920, 20",
        "quick_gelu, -0.0643414, -0.1496116, 0.8457958, 20",
        "laplace, 0, 0.0000094, 0.8504296, 1",
        "leaky_relu, -0.02, -0.005, 1, 20",
        "linear, -2, -0.5, 1, 20",
        "mish, -0.2525015, -0.2207438, 0.8650984, 20",
        "relu, 0, 0, 1, 20",
        "relu2, 0, 0, 1, 400",
        "relu6, 0, 0, 1, 6",
        "sigmoid, 0.1192029, 0.3775407, 0.7310586, 1",
        "silu, -0.2384058, -0.1887703, 0.7310586, 20",
        "swish, -0.2384058, -0.1887703, 0.7310586, 20",
        "tanh, -0.9640276, -0.4621172, 0.7615942, 1"
    })
    void computes(String name, float first, float second, float third, float fourth)
            throws IOException {
        String function = Activations.of(config(name), "hidden_act", "gelu");
        Map<String, String> functions =
                Map.of(
                        "code/__torch__/activations.py",
                        ProgramTemplate.fill("shared/activations", Map.of()));
        try (NativeKernel kernel =
                NativeKernel.compile("Apply", PROGRAM.formatted(function), functions)) {
            NDArray x = manager.create(new float[] {-2, -0.5f, 1, 20});
            float[] y = kernel.call("forward", manager).tensor(x).run().get(0).toFloatArray();
            assertThat(y)
                    .containsExactly(new float[] {first, second, third, fourth}, within(2e-6f));
        }
    }

    @Test
    void takesTheFamilysFunctionWhereTheConfigurationNamesNone() throws IOException {
        ConfigReader empty = new ConfigReader(Path.of("config.json"), new JsonObject());

        assertThat(Activations.of(empty, "hidden_act", "relu")).isEqualTo("torch.relu");
    }

    @ParameterizedTest
    @ValueSource(strings = {"prelu", "xielu", "Gelu", ""})
    void refusesFunctionsWithWeightsOfTheirOwnAndUnknownOnes(String name) {
        assertThatThrownBy(() -> Activations.of(config(name), "hidden_act", "gelu"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("hidden_act is " + name)
                .hasMessageContaining("functions that are: gelu, gelu_10,");
    }

    private static ConfigReader config(String activation) {
        JsonObject config = new JsonObject();
        config.addProperty("hidden_act", activation);
        return new ConfigReader(Path.of("config.json"), config);
    }
}
