/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** HuggingFace checkpoints compute what transformers computes with them. */
class CheckpointTest {

    /** Float32 with other orders of summation; relative to the largest output. */
    private static final double TOLERANCE = 1e-5;

    private static final Path HUB = Path.of("src/test/resources/hub");

    static Stream<String> checkpoints() throws IOException {
        try (Stream<Path> folders = Files.list(HUB)) {
            return folders
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void computesWhatTransformersComputes(String name) throws IOException {
        Path folder = HUB.resolve(name);
        try (AdaptedModel model = AdaptedModel.open(folder);
                NDManager manager = NDManager.newBaseManager("PyTorch");
                SafetensorsFile file =
                        SafetensorsFile.open(folder.resolve("expected.safetensors"))) {
            Map<String, NDArray> expected = new TreeMap<>(file.readAll(manager));
            NDList outputs = outputs(model, expected, manager);
            assertThat(outputs).isNotEmpty();
            for (NDArray output : outputs) {
                assertEqual(expected.get("output." + output.getName()), output);
            }
        }
    }

    /** The whole models give directions, the towers vectors of any length. */
    @ParameterizedTest
    @CsvSource({
        "tiny-clip, TEXT, text_embeds, text_embeds",
        "tiny-clip, IMAGE, image_embeds, image_embeds",
        "tiny-siglip, TEXT, pooler_output, text_embeds",
        "tiny-siglip, IMAGE, pooler_output, image_embeds"
    })
    void towersComputeWhatTheWholeModelDoes(
            String name, ModelTower tower, String vectors, String directions) throws IOException {
        Path folder = HUB.resolve(name);
        OpenOptions options = OpenOptions.builder().optTower(tower).build();
        try (AdaptedModel model = AdaptedModel.open(folder, options);
                NDManager manager = NDManager.newBaseManager("PyTorch");
                SafetensorsFile file =
                        SafetensorsFile.open(folder.resolve("expected.safetensors"))) {
            Map<String, NDArray> expected = file.readAll(manager);
            NDArray found = outputs(model, expected, manager).get(vectors);
            assertEqual(expected.get("output." + directions), found.normalize(2, 1));
        }
    }

    private static NDList outputs(
            AdaptedModel model, Map<String, NDArray> expected, NDManager manager) {
        NDList inputs = new NDList();
        for (String input : model.inputNames()) {
            NDArray array = expected.get("input." + input);
            if (array != null) {
                inputs.add(array);
            }
        }
        NDList outputs = model.predict(inputs);
        outputs.attach(manager);
        return outputs;
    }

    private static void assertEqual(NDArray expected, NDArray actual) {
        assertThat(actual.getShape()).as(actual.getName()).isEqualTo(expected.getShape());
        float largest = expected.abs().max().getFloat();
        float difference = actual.sub(expected).abs().max().getFloat();
        assertThat(difference / largest).as(actual.getName()).isLessThan((float) TOLERANCE);
    }
}
