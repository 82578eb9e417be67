/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * ModernBERT (Warner et al., arXiv 2412.13663): an encoder of long texts in which most layers see
 * near tokens only.
 */
final class ModernBert {

    private static final String POOLING = "classifier_pooling";
    private static final String LOCAL_THETA = "local_rope_theta";
    private static final String LAYER_TYPES = "layer_types";
    private static final String GLOBAL = "full_attention";
    private static final String LOCAL = "sliding_attention";

    static final Architecture ARCHITECTURE =
            new Architecture(
                    "ModernBERT",
                    List.of("modernbert"),
                    Encoder.HEADS,
                    Encoder.LAYERS,
                    Traits.adapting("Wqkv"),
                    ModernBert::describe);

    private ModernBert() {}

    private static ProgramSpec describe(ConfigReader given, ModelHead head) throws IOException {
        ConfigReader config =
                given.withDefaults(
                        Map.of(
                                "vocab_size", 50368,
                                "hidden_size", 768,
                                "intermediate_size", 1152,
                                "num_hidden_layers", 22,
                                "num_attention_heads", 12,
                                "max_position_embeddings", 8192,
                                "local_attention", 128));
        String heads = "num_attention_heads";
        int layers = config.size("num_hidden_layers");
        config.require(POOLING, "cls", "mean");
        ProgramSpec.Builder spec =
                Encoder.describe("modernbert", "model", config, head, "hidden_size", heads)
                        .put(ProgramSpec.LAYERS, layers)
                        .put("layer", layerClasses(layers))
                        .put("local", local(config, layers))
                        .put("reach", config.size("local_attention") / 2)
                        .put("intermediate_size", config.size("intermediate_size"))
                        .put("eps", config.number("norm_eps", 1e-5))
                        .put("norm_bias", config.bool("norm_bias", false))
                        .put("activation", Activations.of(config, "hidden_activation", "gelu"))
                        .put("attention_linear", linear(config, "attention_bias"))
                        .put("mlp_linear", linear(config, "mlp_bias"))
                        .put("head_linear", linear(config, "classifier_bias"))
                        .put("mean", config.string(POOLING, "cls").equals("mean"))
                        .put(
                                "head_activation",
                                Activations.of(config, "classifier_activation", "gelu"));
        positions(config, spec, config.size("hidden_size") / config.size(heads));
        return spec.pools(false).build();
    }

    private static String linear(ConfigReader config, String bias) throws IOException {
        return config.bool(bias, false) ? "Linear" : "LinearWithoutBias";
    }

    /** The embeddings are normalized, so that the first layer has no norm before its attention. */
    private static List<String> layerClasses(int layers) {
        return IntStream.range(0, layers).mapToObj(i -> i == 0 ? "FirstLayer" : "Layer").toList();
    }

    /** Which layers see near tokens only (1) or all (0). */
    private static List<Integer> local(ConfigReader config, int layers) throws IOException {
        int every = config.size("global_attn_every_n_layers", 3);
        List<String> types = config.strings(LAYER_TYPES);
        if (types.isEmpty()) {
            return IntStream.range(0, layers).mapToObj(i -> i % every == 0 ? 0 : 1).toList();
        }
        if (types.size() != layers) {
            throw config.wrong(LAYER_TYPES, "a type for each of %d layers".formatted(layers));
        }
        if (!List.of(GLOBAL, LOCAL).containsAll(types)) {
            throw config.refused(LAYER_TYPES, GLOBAL + " and " + LOCAL);
        }
        return types.stream().map(type -> type.equals(GLOBAL) ? 0 : 1).toList();
    }

    /** Puts the rotary positions of both kinds of layers, which newer files have in one entry. */
    private static void positions(ConfigReader config, ProgramSpec.Builder spec, int headSize)
            throws IOException {
        if (headSize % 2 != 0) {
            throw config.refused("num_attention_heads", "heads with an even number of features");
        }
        config.require("head_dim", headSize);
        config.require("partial_rotary_factor", 1, 1.0);
        requirePlain(config.part("rope_scaling"));
        double all = config.positive("global_rope_theta", 160000);
        boolean asAll = config.declares(LOCAL_THETA) && !config.has(LOCAL_THETA);
        double near = config.positive(LOCAL_THETA, asAll ? all : 10000);
        ConfigReader parameters = config.part("rope_parameters");
        spec.put("global_theta", theta(parameters.part(GLOBAL), all))
                .put("local_theta", theta(parameters.part(LOCAL), near));
    }

    private static double theta(ConfigReader parameters, double absent) throws IOException {
        requirePlain(parameters);
        return parameters.positive("rope_theta", absent);
    }

    private static void requirePlain(ConfigReader rope) throws IOException {
        rope.require("rope_type", "default");
        rope.require("type", "default");
    }
}
