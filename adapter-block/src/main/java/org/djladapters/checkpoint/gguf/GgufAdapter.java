/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.gguf;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.TargetModule;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.JsonFields;
import org.djladapters.kernel.PyTorch;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.combination.LoraProduct;
import org.djladapters.safetensors.StoredTensor;

/**
 * Writes LoRA adapters of language models as GGUF files, which llama.cpp ({@code --lora}) and
 * Ollama ({@code ADAPTER}) load beside the GGUF file of the same base model.
 *
 * <p>The file has, for W' = W + s B A of each module, A of shape (r, in) as {@code <weight>.lora_a}
 * and s B of shape (out, r) as {@code <weight>.lora_b}, in float32, with the names of weights and
 * the order of their rows that llama.cpp has. Its {@code adapter.lora.alpha} is 0, with which B A
 * is taken as it is, so that ranks may differ.
 */
public final class GgufAdapter {

    private GgufAdapter() {}

    /**
     * Writes an adapter into a file, whole or not at all. The model stays as it is.
     *
     * @param model a language model, opened from a directory
     * @param adapterName a LoRA adapter; convert others with {@link
     *     org.djladapters.model.combination.AdapterAlgebra#toLora}
     * @throws IOException if the file can't be written
     * @throws IllegalArgumentException if llama.cpp has no such architecture or module, or the
     *     adapter has something besides A and B: DoRA, biases, modules that are trained in full, or
     *     a head
     */
    public static void write(AdaptedModel model, String adapterName, Path file) throws IOException {
        ModelDirectory directory =
                model.directory()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "Only an adapter of a model that was opened from a"
                                                        + " directory can be written as GGUF"));
        Adapter adapter = model.adapter(adapterName);
        GgufFamily family = GgufFamily.of(directory.modelType());
        GgufFile gguf =
                new GgufFile()
                        .put("general.type", "adapter")
                        .put("general.architecture", family.name())
                        .put("adapter.type", "lora")
                        .put("adapter.lora.alpha", 0f);
        JsonFields config = directory.fields("config.json");
        try (NDManager scope = PyTorch.newManager()) {
            for (Map.Entry<TargetModule, LoraProduct> entry :
                    LoraProduct.of(adapter, scope).entrySet()) {
                String path = entry.getKey().path();
                String weight = family.weight(path);
                NDArray up = entry.getValue().up();
                Optional<String> heads = family.headsOfPairs(path);
                if (heads.isPresent()) {
                    up = inPairs(up, heads(config, heads.get()));
                }
                NDArray down = entry.getValue().down();
                gguf.put(weight + ".lora_a", StoredTensor.of(down, DataType.FLOAT32));
                gguf.put(weight + ".lora_b", StoredTensor.of(up, DataType.FLOAT32));
            }
            gguf.write(file);
        }
    }

    private static int heads(JsonFields config, String field) throws IOException {
        int all = config.integer("num_attention_heads", 1);
        return config.integer(field, all);
    }

    /** Puts row d and row d + D/2 of each head side by side, which turn together. */
    private static NDArray inPairs(NDArray rows, int heads) {
        long out = rows.getShape().get(0);
        return rows.reshape(heads, 2, out / heads / 2, rows.getShape().get(1))
                .swapAxes(1, 2)
                .reshape(rows.getShape());
    }
}
