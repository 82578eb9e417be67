/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.program;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.djladapters.hub.architecture.Architectures;
import org.djladapters.hub.architecture.ConfigReader;
import org.djladapters.hub.architecture.ModelHead;
import org.djladapters.hub.architecture.ProgramSpec;
import org.djladapters.safetensors.SafetensorsFile;

/** Checkpoints of a few features with random weights. */
public final class TinyCheckpoints {

    private TinyCheckpoints() {}

    /** The configuration of a tiny model; entries given as JSON are added or replace others. */
    public static JsonObject config(String type, String... entries) {
        JsonObject config =
                JsonParser.parseString(
                                """
                                {"vocab_size": 20, "hidden_size": 8, "intermediate_size": 12,
                                 "num_hidden_layers": 1, "num_attention_heads": 2,
                                 "max_position_embeddings": 16, "dim": 8, "hidden_dim": 12,
                                 "n_layers": 1, "n_heads": 2, "embedding_size": 4}
                                """)
                        .getAsJsonObject();
        config.addProperty("model_type", type);
        for (String entry : entries) {
            JsonParser.parseString("{" + entry.replace('\'', '"') + "}")
                    .getAsJsonObject()
                    .asMap()
                    .forEach(config::add);
        }
        return config;
    }

    /** What describes the program of a configuration. */
    public static ProgramSpec describe(JsonObject config) throws IOException {
        ConfigReader reader = new ConfigReader(Path.of("config.json"), config);
        return Architectures.of(reader).program().describe(reader, ModelHead.of(reader));
    }

    /** Random tensors by the names in a checkpoint. */
    static Map<String, NDArray> weights(JsonObject config, NDManager manager) throws IOException {
        ProgramSpec spec = describe(config);
        Map<String, Object> values = new TreeMap<>(spec.values());
        values.put("dropout", false);
        Map<String, String> files =
                Map.of(
                        "__torch__", ProgramTemplate.fill(spec.program(), values),
                        "__torch__.layers", ProgramTemplate.fill("shared/layers", values));
        Map<String, NDArray> weights = new TreeMap<>();
        DeclaredShapes.of(files, "__torch__.Export")
                .forEach(
                        (path, shape) ->
                                weights.put(
                                        path.substring("model.".length()),
                                        manager.randomNormal(shape)));
        return weights;
    }

    /** Writes both files. */
    static Checkpoint write(Path folder, JsonObject config, Map<String, NDArray> weights)
            throws IOException {
        Files.writeString(folder.resolve("config.json"), config.toString());
        SafetensorsFile.write(folder.resolve(Checkpoint.FILE), weights, Map.of());
        return Checkpoint.open(folder, config);
    }
}
