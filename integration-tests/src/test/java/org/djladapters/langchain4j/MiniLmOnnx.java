/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.langchain4j;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.examples.builtin.BuiltInModel;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.TaskModel;

/** all-MiniLM-L6-v2 as LangChain4j brings it along, and with an adapter in its weights. */
public final class MiniLmOnnx {

    /** An adapter that changes vectors a lot. */
    public static final String ADAPTER = "moved";

    private MiniLmOnnx() {}

    /** The model in a folder, where it is copied once. */
    public static Path model(Path folder) throws IOException {
        return copy("all-minilm-l6-v2.onnx", folder);
    }

    /** Its tokenizer in a folder, where it is copied once. */
    public static Path tokenizer(Path folder) throws IOException {
        return copy("all-minilm-l6-v2-tokenizer.json", folder);
    }

    private static Path copy(String name, Path folder) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            try (InputStream content = MiniLmOnnx.class.getResourceAsStream("/" + name)) {
                Files.copy(content, file);
            }
        }
        return file;
    }

    /** Opens the model of DJL with an adapter. */
    public static AdaptedModel adapted(Path folder) throws IOException {
        AdaptedModel model = AdaptedModel.open(BuiltInModel.ALL_MINILM_L6_V2.directory(folder));
        Adapter adapter =
                model.add(
                        ADAPTER,
                        LoraConfig.builder().optRank(4).optTargets("query", "value").build());
        Random random = new Random(3);
        model.update(
                () -> {
                    for (Parameter parameter : adapter.parameters().values()) {
                        NDArray array = parameter.getArray();
                        float[] values = new float[Math.toIntExact(array.size())];
                        for (int i = 0; i < values.length; i++) {
                            values[i] = (float) (0.2 * random.nextGaussian());
                        }
                        array.setRequiresGradient(false);
                        try (NDArray change = array.getManager().create(values, array.getShape())) {
                            array.addi(change);
                        }
                    }
                });
        return model;
    }

    /** Merges the adapter into the model as ONNX, in a new folder with its tokenizer. */
    public static Path merged(AdaptedModel adapted, Path folder) throws IOException {
        Path merged = folder.resolve("merged");
        try (TaskModel<String, float[]> task =
                TaskModel.beside(adapted, String.class, float[].class, ADAPTER)) {
            task.exportOnnx(model(folder), merged);
        }
        return merged;
    }
}
