/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.params;

import com.google.gson.JsonObject;
import java.util.List;
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

    private final String name;
    private final JsonObject config;

    private PublishedShape(String name, JsonObject config) {
        this.name = name;
        this.config = config;
    }

    /**
     * The names of all shapes.
     *
     * @return the names of the table above
     */
    public static List<String> names() {
        return List.copyOf(Resources.json(RESOURCE).getAsJsonObject().keySet());
    }

    /**
     * Finds a shape.
     *
     * @param name a name of the table above
     * @throws IllegalArgumentException if there is no such shape; the message says which there are
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

    /**
     * The name of this shape.
     *
     * @return the name that {@link #of} takes
     */
    public String name() {
        return name;
    }

    /**
     * What stands in the model's {@code config.json}, as far as it has sizes and functions.
     *
     * @return a copy
     */
    public JsonObject config() {
        return config.deepCopy();
    }

    /** The model without its weights. */
    public ModelSpec spec() {
        return Architecture.spec(config);
    }
}
