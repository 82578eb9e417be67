/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The small random models of the test resources and what the engine makes of them. */
public final class TinyModels {

    public static final List<String> NAMES =
            List.of(
                    "tiny-bert",
                    "tiny-bert-classifier",
                    "tiny-deberta-v3",
                    "tiny-dinov2",
                    "tiny-gpt2",
                    "tiny-llama",
                    "tiny-resnet",
                    "tiny-roberta",
                    "tiny-vit");

    private TinyModels() {}

    public static Path file(String name) {
        return resource("/models/" + name + "/" + name + ".pt");
    }

    public static TorchArchive open(String name) throws IOException {
        return TorchArchive.open(file(name));
    }

    public static Model load(Path file) throws IOException, MalformedModelException {
        String name = String.valueOf(file.getFileName()).replaceAll("\\.pt$", "");
        Model model = Model.newInstance(name, Device.cpu(), "PyTorch");
        model.load(file.getParent(), name, Map.of("trainParam", "true"));
        return model;
    }

    /** Runs a model file on the inputs recorded for a model. */
    public static NDList run(Path file, String name, NDManager manager)
            throws IOException, MalformedModelException {
        Map<String, NDArray> recorded = expected(name, manager);
        NDList inputs = new NDList();
        for (Variable argument : open(name).forward().arguments()) {
            inputs.add(Objects.requireNonNull(recorded.get("input." + argument.name())));
        }
        inputs.forEach(input -> input.setName(null));
        try (Model model = load(file)) {
            NDList outputs =
                    model.getBlock().forward(new ParameterStore(manager, false), inputs, false);
            outputs.attach(manager);
            return outputs;
        }
    }

    /** Reads the recorded inputs and outputs of a model. */
    public static Map<String, NDArray> expected(String name, NDManager manager) throws IOException {
        Path path = resource("/models/" + name + "/expected.safetensors");
        try (InputStream in = Files.newInputStream(path)) {
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            for (NDArray array : NDList.decode(manager, in)) {
                arrays.put(array.getName(), array);
            }
            return arrays;
        }
    }

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(TinyModels.class.getResource(name)).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
