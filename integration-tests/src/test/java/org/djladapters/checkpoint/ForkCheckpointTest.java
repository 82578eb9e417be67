/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.TargetModule;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Adapters that the PEFT fork wrote, and such as it would write for other architectures. */
class ForkCheckpointTest {

    @TempDir Path folder;

    @ParameterizedTest
    @MethodSource("org.djladapters.model.Models#names")
    void loadsOnEveryArchitectureByTheNamesOfHuggingFace(String name) throws Exception {
        Path directory = folder.resolve(name);
        try (AdaptedModel model = TinyAdapters.open(name);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Map<String, NDArray> tensors = new LinkedHashMap<>();
            for (TargetModule site :
                    model.targetModules(TinyAdapters.config(name).build().targets())) {
                // order 1 alone: n is the size of a block
                int n = site.weight().features() / 4;
                tensors.put(
                        "base_model.model." + site.path() + ".compound",
                        manager.randomNormal(new Shape(1, 4, n, n)));
            }
            Files.createDirectory(directory);
            Files.writeString(
                    directory.resolve("adapter_config.json"),
                    """
                    {"peft_type": "COMPOUND", "r": 4, "compound_pattern": ["comp_1"],
                     "target_modules": "%s"}
                    """
                            .formatted(
                                    name.equals("tiny-resnet") ? ".*convolution" : "all-linear"));
            SafetensorsFile.write(
                    directory.resolve("adapter_model.safetensors"), tensors, Map.of());
            Map<String, String> before = TinyAdapters.predictions(model);

            Adapter adapter = AdapterDirectory.load(model, "fork", directory);

            assertThat(adapter.parameters()).hasSameSizeAs(tensors);
            assertThat(TinyAdapters.predictions(model)).isNotEqualTo(before);
        }
    }
}
