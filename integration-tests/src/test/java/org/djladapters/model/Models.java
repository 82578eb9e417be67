/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.djladapters.adapter.Targets;
import org.djladapters.safetensors.SafetensorsFile;

/** The small exported models in the test resources and what they gave in Python. */
public final class Models {

    private Models() {}

    /**
     * All of them.
     *
     * @return the names of their folders
     */
    public static Stream<String> names() {
        return Stream.of(
                "tiny-bert",
                "tiny-bert-classifier",
                "tiny-roberta",
                "tiny-deberta-v3",
                "tiny-vit",
                "tiny-dinov2",
                "tiny-llama",
                "tiny-gpt2",
                "tiny-resnet");
    }

    /**
     * Finds a model.
     *
     * @param name the name of its folder
     * @return the folder
     */
    public static Path directory(String name) {
        try {
            return Path.of(Models.class.getResource("/models/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Some layers of every kind that a model has: linear ones, convolutions and embeddings.
     *
     * @param name the name of the model's folder
     * @return the layers
     */
    public static Targets everyKind(String name) {
        return switch (name) {
            case "tiny-resnet" -> Targets.of("convolution");
            case "tiny-gpt2" -> Targets.of("c_attn", "c_proj", "wpe");
            case "tiny-llama" -> Targets.of("q_proj", "down_proj", "embed_tokens");
            case "tiny-deberta-v3" -> Targets.of("value_proj", "dense", "word_embeddings");
            case "tiny-vit", "tiny-dinov2" -> Targets.of("query", "dense", "projection");
            default -> Targets.of("query", "value", "word_embeddings");
        };
    }

    /** Inputs and outputs of one run in Python. */
    record Run(NDList inputs, Map<String, NDArray> outputs) {

        /** The outputs in the order in which a model gives them is unknown; compare by name. */
        NDArray output(String name) {
            return outputs.get(name);
        }
    }

    /** The runs of a model: {@code input.*} with {@code output.*}, {@code input2.*} and so on. */
    static List<Run> runs(AdaptedModel model, NDManager manager) throws IOException {
        Path directory = model.directory().orElseThrow().path();
        try (SafetensorsFile file =
                SafetensorsFile.open(directory.resolve("expected.safetensors"))) {
            Map<String, NDArray> all = file.readAll(manager);
            return Stream.of("", "2", "3")
                    .filter(
                            n ->
                                    all.keySet().stream()
                                            .anyMatch(k -> k.startsWith("input" + n + ".")))
                    .map(n -> run(model, all, n))
                    .toList();
        }
    }

    private static Run run(AdaptedModel model, Map<String, NDArray> all, String number) {
        NDList inputs = new NDList();
        for (String name : model.inputNames()) {
            NDArray input = all.get("input" + number + "." + name);
            input.setName(null);
            inputs.add(input);
        }
        Map<String, NDArray> outputs = new LinkedHashMap<>();
        String prefix = "output" + number + ".";
        all.forEach(
                (key, value) -> {
                    if (key.startsWith(prefix)) {
                        outputs.put(key.substring(prefix.length()), value);
                    }
                });
        return new Run(inputs, outputs);
    }
}
