/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * CLIP (Radford et al., arXiv 2103.00020) and SigLIP (Zhai et al., arXiv 2303.15343): a tower for
 * texts and one for images, both at once or one of them.
 */
final class Clip {

    private static final String CLIP = "clip";
    private static final String SIGLIP = "siglip";
    private static final String TEXT = "text";
    private static final String VISION = "vision";
    private static final String TYPE = "model_type";
    private static final String CLASSES = "architectures";
    private static final String DIMENSION = "projection_dim";
    private static final String EPS = "layer_norm_eps";

    /** Older files have a tower's fields under the name with this behind it, which goes before. */
    private static final String OLDER = "_dict";

    private static final Traits TRAITS = Traits.adapting("q_proj", "v_proj");

    /** The whole models. */
    static final Architecture ARCHITECTURE =
            new Architecture(
                    "CLIP",
                    List.of(CLIP, SIGLIP),
                    List.of(),
                    Stream.of(config(TEXT), config(VISION))
                            .flatMap(part -> Stream.of(part, part + OLDER))
                            .map(part -> part + ".num_hidden_layers")
                            .toList(),
                    TRAITS,
                    Clip::describe);

    /** The tower of CLIP for texts. */
    static final Architecture TEXTS =
            new Architecture(
                    ARCHITECTURE.name(),
                    List.of(type(CLIP, TEXT)),
                    List.of(ModelHead.PROJECTION),
                    Encoder.LAYERS,
                    TRAITS.withOwnVector(),
                    Clip::describeTower);

    /** The tower of SigLIP for texts, which learned of texts that were filled up. */
    static final Architecture FILLED_TEXTS =
            new Architecture(
                    "SigLIP",
                    List.of(type(SIGLIP, TEXT)),
                    List.of(),
                    Encoder.LAYERS,
                    TRAITS.withOwnVector().withFilledTexts(),
                    Clip::describeTower);

    /** The tower of CLIP for images. */
    static final Architecture IMAGES =
            new Architecture(
                    ARCHITECTURE.name(),
                    List.of(type(CLIP, VISION)),
                    List.of(ModelHead.PROJECTION, ModelHead.IMAGE),
                    Encoder.LAYERS,
                    TRAITS.withOwnVector()
                            .withImages(
                                    new ImageForm(
                                            true,
                                            List.of(0.48145466, 0.4578275, 0.40821073),
                                            List.of(0.26862954, 0.26130258, 0.27577711))),
                    Clip::describeTower);

    /** The tower of SigLIP for images, which saw them whole. */
    static final Architecture WHOLE_IMAGES =
            new Architecture(
                    FILLED_TEXTS.name(),
                    List.of(type(SIGLIP, VISION)),
                    List.of(ModelHead.IMAGE),
                    Encoder.LAYERS,
                    TRAITS.withOwnVector()
                            .withImages(
                                    new ImageForm(
                                            false, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5))),
                    Clip::describeTower);

    private Clip() {}

    private static String type(String family, String tower) {
        return "%s_%s_model".formatted(family, tower);
    }

    private static String config(String tower) {
        return tower + "_config";
    }

    /** Tells whether a configuration is that of a whole model. */
    static boolean hasTowers(ConfigReader config) throws IOException {
        return ARCHITECTURE.modelTypes().contains(config.string(TYPE, ""));
    }

    /**
     * Returns the configuration of a tower as if it had been saved alone, with its projection. That
     * of a classifier, which has the tower for images only, keeps the classes.
     */
    static JsonObject tower(ConfigReader whole, String tower) throws IOException {
        String older = config(tower) + OLDER;
        String family = whole.string(TYPE, "");
        JsonObject part =
                whole.part(whole.has(older) ? older : config(tower))
                        .withDefaults(defaults(family.equals(SIGLIP), tower.equals(TEXT)))
                        .json();
        part.addProperty(TYPE, type(family, tower));
        if (ModelHead.of(whole) == ModelHead.IMAGE) {
            for (String field : List.of(CLASSES, "id2label", "num_labels", "problem_type")) {
                part.add(field, whole.json().get(field));
            }
            return part;
        }
        JsonArray classes = new JsonArray();
        if (family.equals(CLIP)) {
            classes.add("CLIPModelWithProjection");
            part.addProperty(DIMENSION, whole.size(DIMENSION, 512));
        } else {
            classes.add("SiglipModel");
        }
        part.add(CLASSES, classes);
        return part;
    }

    private static ProgramSpec describe(ConfigReader config, ModelHead head) throws IOException {
        boolean sigmoid = config.string(TYPE, "").equals(SIGLIP);
        ProgramSpec.Builder spec = start(config, head, sigmoid).put("both", true).put("text", true);
        ConfigReader texts = config.with(tower(config, TEXT));
        ConfigReader images = config.with(tower(config, VISION));
        if (texts.number(EPS, 0) != images.number(EPS, 0)) {
            throw texts.refused(EPS, "the same number for texts and images, or one tower alone");
        }
        putTexts(texts, spec);
        putImages(images, spec, sigmoid);
        return spec.put("projection", !sigmoid)
                .put(DIMENSION, texts.size(DIMENSION, 1)) // SigLIP has no projections
                .build();
    }

    private static ProgramSpec describeTower(ConfigReader given, ModelHead head)
            throws IOException {
        String type = given.string(TYPE, "");
        boolean sigmoid = type.startsWith(SIGLIP);
        boolean texts = type.equals(type(sigmoid ? SIGLIP : CLIP, TEXT));
        ConfigReader config = given.withDefaults(defaults(sigmoid, texts));
        ProgramSpec.Builder spec =
                start(config, head, sigmoid)
                        .put("both", false)
                        .put("text", texts)
                        .put(DIMENSION, config.size(DIMENSION, 512));
        if (texts) {
            putTexts(config, spec.put("vision", false));
        } else {
            putImages(config, spec, sigmoid);
        }
        return spec.build();
    }

    private static ProgramSpec.Builder start(ConfigReader config, ModelHead head, boolean sigmoid)
            throws IOException {
        return ProgramSpec.builder(CLIP, sigmoid ? SIGLIP : CLIP, config, head)
                .put("sigmoid", sigmoid)
                .unused("(text|vision)_model\\.embeddings\\.position_ids");
    }

    /** Those of transformers. */
    private static Map<String, Object> defaults(boolean sigmoid, boolean texts) {
        boolean wide = sigmoid || !texts;
        Map<String, Object> defaults = new HashMap<>();
        defaults.put("hidden_size", wide ? 768 : 512);
        defaults.put("intermediate_size", wide ? 3072 : 2048);
        defaults.put("num_hidden_layers", 12);
        defaults.put("num_attention_heads", wide ? 12 : 8);
        defaults.put("hidden_act", sigmoid ? "gelu_pytorch_tanh" : "quick_gelu");
        defaults.put(EPS, sigmoid ? 1e-6 : 1e-5);
        if (texts) {
            defaults.put("vocab_size", sigmoid ? 32000 : 49408);
            defaults.put("max_position_embeddings", sigmoid ? 64 : 77);
            defaults.put("pad_token_id", 1);
            defaults.put("eos_token_id", 49407);
        } else {
            defaults.put(ImageGrid.IMAGE, 224);
            defaults.put(ImageGrid.PATCH, sigmoid ? 16 : 32);
            defaults.put("num_channels", 3);
        }
        return defaults;
    }

    private static void putTexts(ConfigReader config, ProgramSpec.Builder spec) throws IOException {
        int hidden = putLayers(config, spec, "text_");
        int end = config.integer("eos_token_id", 0);
        spec.put("vocab_size", config.size("vocab_size"))
                .put("positions", config.size("max_position_embeddings"))
                .put("projection_size", config.size("projection_size", hidden))
                // 2 was wrong, and stands for the token that files with it end texts with
                .put("highest", end == 2)
                .put("end", end);
    }

    private static void putImages(ConfigReader config, ProgramSpec.Builder spec, boolean sigmoid)
            throws IOException {
        putLayers(config, spec, "vision_");
        ImageGrid grid = ImageGrid.of(config, 1).requireSquare(config);
        spec.put(VISION, true)
                .put("num_channels", config.size("num_channels"))
                .put("image_size", grid.height())
                .put("patch_height", grid.patchHeight())
                .put("patch_width", grid.patchWidth())
                .put("tokens", sigmoid ? grid.tokens() - 1 : grid.tokens())
                .put("first", sigmoid ? 0 : 1)
                .put("biased", sigmoid ? "yes" : "")
                .put("pooled", !sigmoid || config.bool("vision_use_head", true));
    }

    /** Returns the number of features. */
    private static int putLayers(ConfigReader config, ProgramSpec.Builder spec, String tower)
            throws IOException {
        int hidden = config.size("hidden_size");
        spec.put(tower + ProgramSpec.LAYERS, config.size("num_hidden_layers"))
                .put(tower + "hidden_size", hidden)
                .put(tower + "intermediate_size", config.size("intermediate_size"))
                .put(tower + "heads", config.heads("num_attention_heads", hidden, 1))
                .put(tower + "activation", Activations.of(config, "hidden_act", ""))
                .put("eps", config.number(EPS, 0));
        return hidden;
    }
}
