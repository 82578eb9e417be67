/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** Activation functions as transformers names them. */
final class Activations {

    /** The module of functions that the engine has no operator for. */
    private static final String OWN = "__torch__.activations.";

    private static final Map<String, String> FUNCTIONS =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("gelu", "torch.gelu"),
                            Map.entry("gelu_python", "torch.gelu"),
                            Map.entry("gelu_10", OWN + "gelu_clipped"),
                            Map.entry("gelu_new", OWN + "gelu_tanh"),
                            Map.entry("gelu_fast", OWN + "gelu_tanh"),
                            Map.entry("gelu_accurate", OWN + "gelu_tanh"),
                            Map.entry("gelu_pytorch_tanh", OWN + "gelu_tanh"),
                            Map.entry("gelu_python_tanh", OWN + "gelu_tanh"),
                            Map.entry("quick_gelu", OWN + "quick_gelu"),
                            Map.entry("laplace", OWN + "laplace"),
                            Map.entry("leaky_relu", "torch.leaky_relu"),
                            Map.entry("linear", OWN + "identity"),
                            Map.entry("mish", "torch.mish"),
                            Map.entry("relu", "torch.relu"),
                            Map.entry("relu2", OWN + "relu_squared"),
                            Map.entry("relu6", "torch.relu6"),
                            Map.entry("sigmoid", "torch.sigmoid"),
                            Map.entry("silu", "torch.silu"),
                            Map.entry("swish", "torch.silu"),
                            Map.entry("tanh", "torch.tanh")));

    private Activations() {}

    /** Returns how a program calls the function that a field names, or a default one. */
    static String of(ConfigReader config, String key, String absent) throws IOException {
        String function = FUNCTIONS.get(config.string(key, absent));
        if (function == null) {
            throw config.refused(
                    key, "functions that are: " + String.join(", ", FUNCTIONS.keySet()));
        }
        return function;
    }
}
