/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.djladapters.surgery.AdaptedModel;
import org.djladapters.surgery.Adapter;
import org.djladapters.surgery.Site;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters that the PEFT fork wrote, and such as it would write for other architectures. */
class ForkCheckpointTest {

    /** Logits near 1 after two layers of sums of some 64 products in float32. */
    private static final Offset<Float> FLOAT32 = Offset.offset(5e-6f);

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"compound", "compound-share"})
    void givesTheOutputsOfTheFork(String name) throws Exception {
        Path directory = TinyAdapters.resource("checkpoints/" + name + "-tiny-bert-classifier");
        Path recorded = directory.resolve("expected.safetensors");
        try (AdaptedModel model = TinyAdapters.open("tiny-bert-classifier");
                NDManager manager = NDManager.newBaseManager("PyTorch");
                SafetensorsFile expected = SafetensorsFile.open(recorded)) {
            NDList inputs = TinyAdapters.inputs(model, recorded, manager);

            assertLogits(model, inputs, expected, "output_base.logits");
            AdapterDirectory.load(model, "fork", directory);
            assertThat(model.active()).containsExactly("fork");
            assertLogits(model, inputs, expected, "output.logits");
            model.merge();
            assertLogits(model, inputs, expected, "output_merged.logits");
            model.unmerge();
            try (AdaptedModel.Scope base = model.disable()) {
                assertThat(base).isNotNull();
                assertLogits(model, inputs, expected, "output_base.logits");
            }
        }
    }

    private static void assertLogits(
            AdaptedModel model, NDList inputs, SafetensorsFile expected, String name)
            throws Exception {
        NDArray logits = expected.read(inputs.get(0).getManager(), name);
        assertThat(TinyAdapters.output(model.predict(inputs), "logits"))
                .containsExactly(logits.toFloatArray(), FLOAT32);
    }

    @ParameterizedTest
    @MethodSource("org.djladapters.surgery.Models#names")
    void loadsOnEveryArchitectureByTheNamesOfHuggingFace(String name) throws Exception {
        Path directory = folder.resolve(name);
        try (AdaptedModel model = TinyAdapters.open(name);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Map<String, NDArray> tensors = new LinkedHashMap<>();
            for (Site site : model.sites(TinyAdapters.config(name).build().targets())) {
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
