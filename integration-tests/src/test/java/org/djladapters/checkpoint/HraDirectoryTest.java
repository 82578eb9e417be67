/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.hra.HraConfig;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of HRA adapters, beside what holds for those of all methods. */
class HraDirectoryTest {

    private static final String BERT = "tiny-bert-classifier";

    @TempDir Path folder;

    @BeforeEach
    void copyTheCheckpointOfPeft() throws IOException {
        Path peft = TinyAdapters.resource("checkpoints/hra-" + BERT);
        for (String file : new String[] {"adapter_config.json", "adapter_model.safetensors"}) {
            Files.copy(peft.resolve(file), folder.resolve(file));
        }
    }

    private void change(String field, Object value) throws IOException {
        Path file = folder.resolve("adapter_config.json");
        JsonObject json = JsonFiles.read(file).getAsJsonObject();
        if (value instanceof Number number) {
            json.addProperty(field, number);
        } else {
            json.addProperty(field, (Boolean) value);
        }
        Files.writeString(file, JsonFiles.text(json));
    }

    /** Keeps the first columns of all vectors, times a factor. */
    private void keep(int columns, int factor) throws IOException {
        change((v, manager) -> v.get(":, :{}", columns).mul(manager.create((float) factor)));
    }

    private void repeatVectors() throws IOException {
        change((vectors, manager) -> vectors.concat(vectors, 1));
    }

    private void change(BiFunction<NDArray, NDManager, NDArray> vectors) throws IOException {
        Path file = folder.resolve("adapter_model.safetensors");
        Map<String, NDArray> tensors = new TreeMap<>();
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            try (SafetensorsFile stored = SafetensorsFile.open(file)) {
                for (String name : stored.tensors().keySet()) {
                    tensors.put(name, vectors.apply(stored.read(manager, name), manager));
                }
            }
            SafetensorsFile.write(file, tensors, Map.of("format", "pt"));
        }
    }

    @Test
    void anOddNumberOfReflectionsIsLoadedAndSaved() throws Exception {
        keep(1, 1);
        change("r", 1);
        try (AdaptedModel model = TinyAdapters.open(BERT)) {
            Adapter adapter = AdapterDirectory.load(model, "a", folder);

            assertThat(((HraConfig) adapter.config()).rank()).isEqualTo(1);
            AdapterDirectory.save(model, "a", folder.resolve("saved"));
            AdapterDirectory.load(model, "b", folder.resolve("saved"));
        }
    }

    @Test
    void vectorsThatPeftMakesOrthonormalAreLoadedAndSaved() throws Exception {
        change("apply_GS", true);
        try (AdaptedModel model = TinyAdapters.open(BERT);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            AdapterDirectory.load(model, "a", folder);
            NDList inputs = TinyAdapters.inputs(model, manager);
            float[] expected = TinyAdapters.named(model.predict(inputs), "logits").toFloatArray();
            AdapterDirectory.save(model, "a", folder.resolve("saved"));
            AdapterDirectory.load(model, "b", folder.resolve("saved"));
            model.activate("b");

            assertThat(TinyAdapters.named(model.predict(inputs), "logits").toFloatArray())
                    .isEqualTo(expected);
            assertThatThrownBy(() -> model.add("c", model.adapter("a").config()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("can't start where the weight is unchanged");
        }
    }

    @Test
    void parallelVectorsCanNotBeMadeOrthonormal() throws Exception {
        keep(1, 1);
        repeatVectors();
        change("r", 2);
        change("apply_GS", true);
        assertRefused("has vectors that are nearly in the space of others", "apply_GS");
    }

    @Test
    void vectorsOfZerosAreRefused() throws Exception {
        keep(2, 0);
        assertRefused("layer.0.attention.self.query has a vector without a direction", "damaged");
    }

    private void assertRefused(String... problems) throws Exception {
        try (AdaptedModel model = TinyAdapters.open(BERT)) {
            assertThatThrownBy(() -> AdapterDirectory.load(model, "a", folder))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContainingAll(problems)
                    .hasMessageNotContaining("\n");
            assertThat(model.names()).isEmpty();
        }
    }
}
