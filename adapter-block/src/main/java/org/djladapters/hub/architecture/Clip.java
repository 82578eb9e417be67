/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.List;
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
    private static final String DIMENSION = "projection_dim";
    private static final String EPS = "layer_norm_eps";

    /** Older files have a tower's fields under the name with this behind it, which goes before. */
    private static final String OLDER = "_dict";

    private static final List<String> TARGETS = List.of("q_proj", "v_proj");

    /** The whole models. */
    static final Architecture ARCHITECTURE =
            new Architecture(
                    "CLIP",
                    List.of(CLIP, SIGLIP),
                    List.of(ModelHead.IMAGE),
                    Stream.of(config(TEXT), config(VISION))
                            .flatMap(part -> Stream.of(part, part + OLDER))
                            .map(part -> part + ".num_hidden_layers")
                            .toList(),
                    images(),
                    Clip::describe);

    /** The tower of CLIP for texts. */
    static final Architecture TEXTS =
            new Architecture(
                    ARCHITECTURE.name(),
                    List.of(type(CLIP, TEXT)),
                    List.of(ModelHead.PROJECTION),
                    Encoder.LAYERS,
                    traits(),
                    Clip::describeTower);

    /** The tower of SigLIP for texts, which learned of texts that were filled up. */
    static final Architecture FILLED_TEXTS =
            new Architecture(
                    "SigLIP",
                    List.of(type(SIGLIP, TEXT)),
                    List.of(),
                    Encoder.LAYERS,
                    traits().withFilledTexts(),
                    Clip::describeTower);

    /** The towers for images. */
    static final Architecture IMAGES =
            new Architecture(
                    ARCHITECTURE.name(),
                    List.of(type(CLIP, VISION), type(SIGLIP, VISION)),
                    List.of(ModelHead.PROJECTION),
                    Encoder.LAYERS,
                    images(),
                    Clip::describeTower);

    private Clip() {}

    private static Traits traits() {
        return Traits.adapting(TARGETS.toArray(String[]::new));
    }

    private static Traits images() {
        return traits().withOneImageSize();
    }

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

    /** Returns the configuration of a tower as if it had been saved alone, with its projection. */
    static JsonObject tower(ConfigReader whole, String tower) throws IOException {
        String older = config(tower) + OLDER;
        JsonObject part = whole.part(whole.has(older) ? older : config(tower)).json().deepCopy();
        String family = whole.string(TYPE, "");
        JsonArray classes = new JsonArray();
        if (family.equals(CLIP)) {
            classes.add("CLIPModelWithProjection");
            part.addProperty(DIMENSION, whole.size(DIMENSION, 512));
        } else {
            classes.add("SiglipModel");
        }
        part.add("architectures", classes);
        part.addProperty(TYPE, type(family, tower));
        return part;
    }

    private static ConfigReader part(ConfigReader whole, String tower) throws IOException {
        return whole.with(tower(whole, tower));
    }

    private static ProgramSpec describe(ConfigReader config, ModelHead head) throws IOException {
        boolean sigmoid = config.string(TYPE, "").equals(SIGLIP);
        boolean both = head == ModelHead.NONE;
        ProgramSpec.Builder spec = start(config, head, sigmoid).put("both", both).put("text", both);
        ConfigReader images = part(config, VISION);
        putImages(images, spec, sigmoid);
        if (!both) {
            return spec.build();
        }
        ConfigReader texts = part(config, TEXT);
        putTexts(texts, spec, sigmoid);
        if (texts.number(EPS, eps(sigmoid)) != images.number(EPS, eps(sigmoid))) {
            throw texts.refused(EPS, "the same number for texts and images, or one tower alone");
        }
        return spec.put("projection", !sigmoid)
                .put(DIMENSION, sigmoid ? 0 : config.size(DIMENSION, 512))
                .build();
    }

    private static ProgramSpec describeTower(ConfigReader config, ModelHead head)
            throws IOException {
        String type = config.string(TYPE, "");
        boolean sigmoid = type.startsWith(SIGLIP);
        boolean texts = type.endsWith("_text_model");
        ProgramSpec.Builder spec =
                start(config, head, sigmoid)
                        .put("both", false)
                        .put("text", texts)
                        .put(DIMENSION, config.size(DIMENSION, 512));
        if (texts) {
            putTexts(config, spec.put("vision", false), sigmoid);
        } else {
            putImages(config, spec, sigmoid);
        }
        return spec.build();
    }

    private static ProgramSpec.Builder start(ConfigReader config, ModelHead head, boolean sigmoid)
            throws IOException {
        String family = sigmoid ? SIGLIP : CLIP;
        return ProgramSpec.builder(CLIP, family, config, head)
                .put("sigmoid", sigmoid)
                .unused("(text|vision)_model\\.embeddings\\.position_ids");
    }

    private static double eps(boolean sigmoid) {
        return sigmoid ? 1e-6 : 1e-5;
    }

    private static void putTexts(ConfigReader config, ProgramSpec.Builder spec, boolean sigmoid)
            throws IOException {
        int hidden = config.size("hidden_size", sigmoid ? 768 : 512);
        putLayers(config, spec, "text_", hidden, sigmoid ? 3072 : 2048, sigmoid ? 12 : 8, sigmoid);
        int end = config.integer("eos_token_id", 49407);
        spec.put("vocab_size", config.size("vocab_size", sigmoid ? 32000 : 49408))
                .put("positions", config.size("max_position_embeddings", sigmoid ? 64 : 77))
                .put("projection_size", config.size("projection_size", hidden))
                // 2 was wrong, and stands for the token that files with it end texts with
                .put("highest", end == 2)
                .put("end", end);
    }

    private static void putImages(ConfigReader config, ProgramSpec.Builder spec, boolean sigmoid)
            throws IOException {
        int hidden = config.size("hidden_size", 768);
        putLayers(config, spec, "vision_", hidden, 3072, 12, sigmoid);
        ImageGrid grid = ImageGrid.of(config, sigmoid ? 16 : 32).requireSquare(config);
        spec.put("vision", true)
                .put("num_channels", config.size("num_channels", 3))
                .put("image_size", grid.height())
                .put("patch_height", grid.patchHeight())
                .put("patch_width", grid.patchWidth())
                .put("tokens", sigmoid ? grid.tokens() - 1 : grid.tokens())
                .put("first", sigmoid ? 0 : 1)
                .put("biased", sigmoid ? "yes" : "")
                .put("pooled", !sigmoid || config.bool("vision_use_head", true));
    }

    private static void putLayers(
            ConfigReader config,
            ProgramSpec.Builder spec,
            String tower,
            int hidden,
            int intermediate,
            int heads,
            boolean sigmoid)
            throws IOException {
        String activation = sigmoid ? "gelu_pytorch_tanh" : "quick_gelu";
        spec.put(tower + ProgramSpec.LAYERS, config.size("num_hidden_layers", 12))
                .put(tower + "hidden_size", hidden)
                .put(tower + "intermediate_size", config.size("intermediate_size", intermediate))
                .put(tower + "heads", config.heads("num_attention_heads", hidden, heads))
                .put(tower + "activation", Activations.of(config, "hidden_act", activation))
                .put("eps", config.number(EPS, eps(sigmoid)));
    }
}
