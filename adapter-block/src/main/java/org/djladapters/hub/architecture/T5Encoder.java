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
 * The encoder of T5 (Raffel et al., arXiv 1910.10683) and of mT5 (2010.11934), which gives vectors
 * of texts in sentence-t5 and GTR.
 */
final class T5Encoder {

    private static final String MULTILINGUAL = "mt5";
    private static final String BUCKETS = "relative_attention_num_buckets";
    private static final String DISTANCE = "relative_attention_max_distance";
    private static final String CLASSES = "architectures";
    private static final String GATED = "gated";
    private static final List<String> LAYERS = List.of("num_hidden_layers", "num_layers");

    static final Architecture ARCHITECTURE =
            new Architecture(
                    "T5",
                    List.of("t5", MULTILINGUAL),
                    List.of(ModelHead.TOKEN),
                    LAYERS,
                    Traits.adapting("q", "v"),
                    T5Encoder::describe);

    private T5Encoder() {}

    private static ProgramSpec describe(ConfigReader given, ModelHead head) throws IOException {
        boolean multilingual = given.string("model_type", "").equals(MULTILINGUAL);
        ConfigReader config =
                given.withDefaults(
                        Map.of(
                                "vocab_size",
                                multilingual ? 250112 : 32128,
                                "d_model",
                                512,
                                "d_kv",
                                64,
                                "d_ff",
                                multilingual ? 1024 : 2048,
                                "num_layers",
                                multilingual ? 8 : 6,
                                "num_heads",
                                multilingual ? 6 : 8,
                                BUCKETS,
                                32,
                                DISTANCE,
                                128));
        if (config.strings(CLASSES).stream().anyMatch(name -> name.matches("M?T5Model"))) {
            throw config.refused(CLASSES, "the encoder alone, as of T5EncoderModel");
        }
        config.require("is_decoder", false);
        config.requireAbsent("pruned_heads", "layers that have all their heads are");
        int layers = config.size(config.either(LAYERS));
        ProgramSpec.Builder spec =
                ProgramSpec.builder("t5", "transformer", config, head)
                        .put(ProgramSpec.LAYERS, layers)
                        .put("block", blocks(layers))
                        .put("vocab_size", config.size("vocab_size"))
                        .put("hidden_size", either(config, "hidden_size", "d_model"))
                        .put("intermediate_size", config.size("d_ff"))
                        .put("heads", either(config, "num_attention_heads", "num_heads"))
                        .put("head_size", either(config, "head_dim", "d_kv"))
                        .put("eps", config.number("layer_norm_epsilon", 1e-6));
        putBuckets(config, spec);
        putFeedforward(config, spec, multilingual ? "gated-gelu" : "relu");
        return spec.pools(false).unused("encoder\\.embed_tokens\\.weight").build();
    }

    private static int either(ConfigReader config, String first, String second) throws IOException {
        return config.size(config.either(List.of(first, second)));
    }

    /** The first layer holds the embedding of distances for all. */
    private static List<String> blocks(int layers) {
        return IntStream.range(0, layers).mapToObj(i -> i == 0 ? "FirstBlock" : "Block").toList();
    }

    private static void putBuckets(ConfigReader config, ProgramSpec.Builder spec)
            throws IOException {
        int buckets = config.size(BUCKETS);
        int exact = buckets / 2 / 2;
        if (exact < 1) {
            throw config.wrong(BUCKETS, "a whole number of at least 4");
        }
        int longest = config.size(DISTANCE);
        if (longest <= exact) {
            throw config.wrong(DISTANCE, "a whole number greater than " + exact);
        }
        spec.put("buckets", buckets)
                .put("half", buckets / 2)
                .put("exact", exact)
                .put("log", Math.log((double) longest / exact));
    }

    /** A function's name with "gated-" before it or not; newer files have both in own entries. */
    private static void putFeedforward(ConfigReader config, ProgramSpec.Builder spec, String absent)
            throws IOException {
        String key = "feed_forward_proj";
        String[] parts = config.string(key, absent).split("-", -1);
        boolean gated = parts[0].equals(GATED);
        if (parts.length > 2 || (parts.length == 2 && !gated)) {
            throw config.wrong(key, "the name of a function, or of one after gated-,");
        }
        String function = parts[parts.length - 1];
        // the first implementation of gated-gelu took the approximation by tanh
        String name = gated && function.equals("gelu") ? "gelu_new" : function;
        spec.put("gated", config.bool("is_gated_act", gated))
                .put("activation", Activations.of(config, "dense_act_fn", name));
    }
}
