/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import ai.djl.ndarray.types.Shape;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.djladapters.examples.params.PublishedShape;
import org.djladapters.hub.architecture.ConfigReader;
import org.djladapters.hub.program.Checkpoint;
import org.djladapters.hub.program.CheckpointProgram;
import org.djladapters.io.AtomicFiles;
import org.djladapters.safetensors.SafetensorsFile;

/**
 * A model with the sizes of a well-known one and random weights: it has the cost, module names,
 * inputs and outputs of the original.
 *
 * <table>
 * <caption>Shapes</caption>
 * <tr><th>name</th><th>as</th><th>layers</th><th>width</th></tr>
 * <tr><td>{@code minilm}</td><td>all-MiniLM-L6-v2</td><td>6</td><td>384</td></tr>
 * <tr><td>{@code bert-base}</td><td>BERT-base</td><td>12</td><td>768</td></tr>
 * <tr><td>{@code vit-s}</td><td>DINOv2 ViT-S/14, images of side 224</td><td>12</td><td>384</td>
 *     </tr>
 * <tr><td>{@code llama-1b}</td><td>Llama 3.2 1B, no head</td><td>16</td><td>2048</td></tr>
 * <tr><td>{@code llama-1b-layer}</td><td>Llama 3.2 1B, few words, no head</td><td>1</td>
 *     <td>2048</td></tr>
 * <tr><td>{@code encoder:layers=L,width=W,heads=H,feed-forward=F}</td>
 *     <td>BERT, few words</td><td>L</td><td>W</td></tr>
 * </table>
 */
public final class ModelShape {

    private static final String VIT_S = "vit-s";
    private static final String LLAMA = "llama-1b";
    private static final String LLAMA_LAYER = "llama-1b-layer";
    private static final List<String> NAMED =
            List.of("minilm", "bert-base", VIT_S, LLAMA, LLAMA_LAYER);

    private static final String CONFIG = "config.json";

    private static final String ENCODER = "encoder";
    private static final List<String> SIZES = List.of("layers", "width", "heads", "feed-forward");

    private final String name;
    private final JsonObject config;

    ModelShape(String name, JsonObject config) {
        this.name = name;
        this.config = config;
    }

    /**
     * Finds a shape by its name in the table above. Default sizes of an encoder are 1 layer, width
     * 384, heads of 64 features, a feed-forward part of 4 times the width.
     *
     * @throws IllegalArgumentException if there is no such shape; the message lists the shapes
     */
    public static ModelShape of(String name) {
        if (NAMED.contains(name)) {
            return new ModelShape(name, config(name));
        }
        String[] parts = name.split(":", 2);
        if (!parts[0].equals(ENCODER)) {
            throw unknown(name);
        }
        Map<String, Integer> sizes = sizes(name, parts.length == 1 ? "" : parts[1]);
        int width = sizes.getOrDefault("width", 384);
        return encoder(
                sizes.getOrDefault("layers", 1),
                width,
                sizes.getOrDefault("heads", Math.max(1, width / 64)),
                sizes.getOrDefault("feed-forward", Math.multiplyExact(4, width)));
    }

    private static JsonObject config(String name) {
        return switch (name) {
            case VIT_S -> {
                JsonObject config = PublishedShape.of("dinov2-small").config();
                config.addProperty("image_size", 224);
                yield config;
            }
            case LLAMA -> {
                JsonObject config = resourceConfig(LLAMA_LAYER);
                config.addProperty("num_hidden_layers", 16);
                config.addProperty("vocab_size", 128_256);
                yield config;
            }
            case LLAMA_LAYER -> resourceConfig(name);
            default -> PublishedShape.of(name).config();
        };
    }

    private static Map<String, Integer> sizes(String name, String text) {
        Map<String, Integer> sizes = new HashMap<>();
        for (String size : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            String[] pair = size.split("=", 2);
            boolean known = pair.length == 2 && SIZES.contains(pair[0]);
            if (!known || !pair[1].matches("[1-9]\\d{0,5}")) {
                throw unknown(name);
            }
            sizes.put(pair[0], Integer.parseInt(pair[1]));
        }
        return sizes;
    }

    /** Returns an encoder like BERT with 512 positions and 1024 words; heads divide the width. */
    public static ModelShape encoder(int layers, int width, int heads, int feedForward) {
        if (layers < 1 || width < 1 || heads < 1 || feedForward < 1) {
            throw new IllegalArgumentException("The sizes of an encoder must be positive");
        }
        if (width % heads != 0) {
            throw new IllegalArgumentException(
                    "An encoder of width %d can't have %d heads; give heads that divide the width"
                            .formatted(width, heads));
        }
        JsonObject config = resourceConfig(ENCODER);
        config.addProperty("num_hidden_layers", layers);
        config.addProperty("hidden_size", width);
        config.addProperty("num_attention_heads", heads);
        config.addProperty("intermediate_size", feedForward);
        return new ModelShape(
                "%s:layers=%d,width=%d,heads=%d,feed-forward=%d"
                        .formatted(ENCODER, layers, width, heads, feedForward),
                config);
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException(
                "There is no model shape '%s'; the shapes are %s"
                        .formatted(name, String.join(", ", names())));
    }

    /** Returns the names of all shapes; letters stand for the sizes of an encoder. */
    public static List<String> names() {
        String encoder = ENCODER + ":layers=L,width=W,heads=H,feed-forward=F";
        return Stream.concat(NAMED.stream(), Stream.of(encoder)).toList();
    }

    /** Returns the name that {@link #of} takes, that of an encoder with all sizes. */
    public String name() {
        return name;
    }

    /**
     * Writes a model as transformers does, without a tokenizer: {@code config.json} and {@code
     * model.safetensors}. The weights are the same each time.
     */
    public void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        SafetensorsFile.writeStored(
                directory.resolve(Checkpoint.FILE), FreshWeights.of(tensors()), Map.of());
        AtomicFiles.writeString(
                directory.resolve(CONFIG),
                new GsonBuilder().setPrettyPrinting().create().toJson(config) + "\n");
    }

    /** Returns the shapes of the model's tensors by name. */
    Map<String, Shape> tensors() throws IOException {
        return CheckpointProgram.shapes(new ConfigReader(Path.of(CONFIG), config));
    }

    private static JsonObject resourceConfig(String name) {
        try (Reader reader =
                new InputStreamReader(
                        ModelShape.class.getResourceAsStream(name + ".json"),
                        StandardCharsets.UTF_8)) {
            return JsonParser.parseReader(reader).getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
