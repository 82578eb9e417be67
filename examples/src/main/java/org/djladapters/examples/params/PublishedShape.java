/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.params;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.WeightSpec.Kind;
import org.djladapters.hub.architecture.ConfigReader;
import org.djladapters.hub.program.CheckpointProgram;
import org.djladapters.model.ModelSpec;

/**
 * The shape of a well-known model, without its weights, pooler and task head.
 *
 * <table>
 * <caption>Shapes</caption>
 * <tr><th>name</th><th>model</th><th>layers</th><th>width</th></tr>
 * <tr><td>{@code minilm}</td><td>all-MiniLM-L6-v2</td><td>6</td><td>384</td></tr>
 * <tr><td>{@code bert-base}</td><td>BERT-base</td><td>12</td><td>768</td></tr>
 * <tr><td>{@code deberta-v3-base}</td><td>DeBERTaV3-base</td><td>12</td><td>768</td></tr>
 * <tr><td>{@code dinov2-small}</td><td>DINOv2 ViT-S/14</td><td>12</td><td>384</td></tr>
 * <tr><td>{@code dinov2-large}</td><td>DINOv2 ViT-L/14</td><td>24</td><td>1024</td></tr>
 * <tr><td>{@code vit-base}</td><td>ViT-B/16</td><td>12</td><td>768</td></tr>
 * <tr><td>{@code llama-7b}</td><td>LLaMA-7B</td><td>32</td><td>4096</td></tr>
 * <tr><td>{@code llama-3-8b}</td><td>Llama 3 8B</td><td>32</td><td>4096</td></tr>
 * </table>
 */
public final class PublishedShape {

    private static final String RESOURCE = "shapes.json";

    private static final Pattern HEAD = Pattern.compile("(classifier|lm_head)\\..*");
    private static final Pattern EMBEDDING =
            Pattern.compile(".*(embed_tokens|(word|position|token_type)_embeddings)\\.weight");

    private final String name;
    private final JsonObject config;

    private PublishedShape(String name, JsonObject config) {
        this.name = name;
        this.config = config;
    }

    /** Returns the names of the table above. */
    public static List<String> names() {
        return List.copyOf(Resources.json(RESOURCE).getAsJsonObject().keySet());
    }

    /**
     * Finds a shape.
     *
     * @param name a name of the table above
     * @throws IllegalArgumentException if there is no such shape; the message lists the shapes
     */
    public static PublishedShape of(String name) {
        JsonObject shapes = Resources.json(RESOURCE).getAsJsonObject();
        if (!shapes.has(name)) {
            throw new IllegalArgumentException(
                    "There is no published shape '%s'; the shapes are %s"
                            .formatted(name, String.join(", ", shapes.keySet())));
        }
        return new PublishedShape(name, shapes.getAsJsonObject(name));
    }

    public String name() {
        return name;
    }

    /** Returns a copy of the model's {@code config.json}, with its sizes and functions only. */
    public JsonObject config() {
        return config.deepCopy();
    }

    /** Returns the model without its weights. */
    public ModelSpec spec() {
        return spec(config);
    }

    /** Returns the model of a {@code config.json} without its weights, pooler and task head. */
    static ModelSpec spec(JsonObject config) {
        String type = config.get("model_type").getAsString();
        Map<String, Shape> parameters = new LinkedHashMap<>();
        try {
            parameters.putAll(
                    CheckpointProgram.shapes(new ConfigReader(Path.of("config.json"), config)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        parameters.keySet().removeIf(parameter -> HEAD.matcher(parameter).matches());
        if (type.equals("dinov2")) { // used in pretraining only, so the program does not have it
            long width = config.get("hidden_size").getAsLong();
            parameters.put("embeddings.mask_token", new Shape(1, width));
        }
        List<TargetModule> modules = new ArrayList<>();
        parameters.forEach(
                (parameter, shape) -> {
                    if (shape.dimension() == 2 || shape.dimension() == 4) {
                        modules.add(module(parameter, shape, parameters.keySet()));
                    }
                });
        return ModelSpec.of(modules, parameters, type);
    }

    private static TargetModule module(String parameter, Shape shape, Set<String> parameters) {
        String path = parameter.replaceFirst("\\.weight$", "");
        String bias = parameters.contains(path + ".bias") ? path + ".bias" : null;
        Kind kind = kind(parameter, shape);
        WeightSpec weight = new WeightSpec(path, kind, shape, DataType.FLOAT32, bias != null);
        return new TargetModule(weight, parameter, bias, kind != Kind.WEIGHT);
    }

    /** A matrix that is no layer's weight is read as it is, as DeBERTa reads its positions. */
    private static Kind kind(String parameter, Shape shape) {
        if (shape.dimension() == 4) {
            return Kind.CONV2D;
        }
        if (EMBEDDING.matcher(parameter).matches()) {
            return Kind.EMBEDDING;
        }
        return parameter.endsWith(".weight") && !parameter.endsWith("rel_embeddings.weight")
                ? Kind.LINEAR
                : Kind.WEIGHT;
    }
}
