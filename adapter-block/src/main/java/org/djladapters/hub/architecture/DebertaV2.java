/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * DeBERTa, versions 2 and 3 (He et al., arXiv 2006.03654 and 2111.09543): attention to what tokens
 * are and to how far they are apart.
 */
final class DebertaV2 {

    private static final String CONTENT_TO_POSITION = "c2p";
    private static final String POSITION_TO_CONTENT = "p2c";

    private static final List<String> LATER =
            List.of("norm_rel_ebd", "share_att_key", "position_buckets", "conv_kernel_size");

    static final Architecture ARCHITECTURE =
            new Architecture(
                    "DeBERTa-v2, DeBERTa-v3",
                    List.of("deberta-v2"),
                    Encoder.HEADS,
                    Encoder.LAYERS,
                    Traits.adapting("query_proj", "value_proj")
                            .withClassifier(ClassifierForm.text("deberta", "pooler.dense", null)),
                    DebertaV2::describe);

    /** The first version, with one layer for queries, keys and values. */
    static final Architecture FIRST =
            new Architecture(
                    "DeBERTa",
                    List.of("deberta"),
                    Encoder.HEADS,
                    Encoder.LAYERS,
                    Traits.adapting("in_proj")
                            .withClassifier(ClassifierForm.text("deberta", "pooler.dense", null)),
                    DebertaV2::describeFirst);

    private DebertaV2() {}

    private static ProgramSpec describeFirst(ConfigReader given, ModelHead head)
            throws IOException {
        given.require("talking_head", false);
        ConfigReader config =
                given.withDefaults(
                        Map.of(
                                "hidden_size", 768,
                                "num_hidden_layers", 12,
                                "num_attention_heads", 12,
                                "intermediate_size", 3072,
                                "vocab_size", 50265));
        // what only later versions know
        for (String later : LATER) {
            config = config.without(later);
        }
        return describe(config, head, true);
    }

    static ProgramSpec describe(ConfigReader config, ModelHead head) throws IOException {
        return describe(config, head, false);
    }

    private static ProgramSpec describe(ConfigReader config, ModelHead head, boolean first)
            throws IOException {
        int hidden = config.size("hidden_size", 1536);
        int embedded = config.size("embedding_size", hidden);
        boolean positions = config.bool("position_biased_input", true);
        int types = config.integer("type_vocab_size", 0);
        ProgramSpec.Builder spec =
                ProgramSpec.builder("deberta_v2", "deberta", config, head)
                        .put(ProgramSpec.LAYERS, config.size("num_hidden_layers", 24))
                        .put("vocab_size", config.size("vocab_size", 128100))
                        .put("embedding_size", embedded)
                        .put("projected", embedded != hidden)
                        .put("hidden_size", hidden)
                        .put("intermediate_size", config.size("intermediate_size", 6144))
                        .put("positions", positions)
                        .put("max_positions", maxPositions(config))
                        .put("types", types > 0)
                        .put("type_vocab_size", types)
                        .put("eps", config.number("layer_norm_eps", 1e-7))
                        .put("activation", Activations.of(config, "hidden_act", "gelu"));
        attention(config, spec, hidden, first);
        convolution(config, spec, hidden);
        if (head == ModelHead.SEQUENCE) {
            config.require("pooler_hidden_size", hidden);
            spec.put("pooler_activation", Activations.of(config, "pooler_hidden_act", "gelu"));
        }
        return spec.build();
    }

    private static int maxPositions(ConfigReader config) throws IOException {
        return config.size("max_position_embeddings", 512);
    }

    private static void attention(
            ConfigReader config, ProgramSpec.Builder spec, int hidden, boolean first)
            throws IOException {
        int heads = config.heads("num_attention_heads", hidden, 24);
        config.require("attention_head_size", hidden / heads);
        List<String> kinds = attentionKinds(config);
        boolean relative = config.bool("relative_attention", false);
        boolean shared = config.bool("share_att_key", false);
        boolean toPosition = kinds.contains(CONTENT_TO_POSITION);
        boolean toContent = kinds.contains(POSITION_TO_CONTENT);
        // each kind of attention adds to the products, also where there are no distances
        int summands = 1 + (first ? kinds.size() : (toPosition ? 1 : 0) + (toContent ? 1 : 0));
        boolean biased = relative && (toPosition || toContent);
        boolean normalized =
                parts(config.string("norm_rel_ebd", "none")).anyMatch("layer_norm"::equals);
        spec.put("fused", first)
                .put("heads", heads)
                .put("scale", 1 / Math.sqrt((double) hidden / heads * summands))
                .put("biased", biased)
                .put("normalized", biased && normalized)
                .put("content_to_position", relative && toPosition)
                .put("position_to_content", relative && toContent)
                .put("own_keys", relative && toPosition && !shared)
                .put("own_queries", relative && toContent && !shared)
                .unused(
                        "embeddings\\.position_(ids|embeddings\\.weight)"
                                + (biased ? "" : "|encoder\\.(rel_embeddings|LayerNorm)\\..*"));
        distances(config, spec);
    }

    private static void distances(ConfigReader config, ProgramSpec.Builder spec)
            throws IOException {
        int given = config.integer("max_relative_positions", -1);
        int largest = given < 1 ? maxPositions(config) : given;
        int buckets = config.integer("position_buckets", -1);
        if (buckets == 1) {
            throw config.wrong("position_buckets", "at least 2, or -1 for none");
        }
        spec.put("buckets", buckets > 0).put("span", buckets > 0 ? buckets : largest);
        if (buckets > 0) {
            int middle = buckets / 2;
            spec.put("middle", middle).put("log_base", (largest - 1) / (double) middle);
        }
    }

    /** A list, or a text such as {@code c2p|p2c}. */
    private static List<String> attentionKinds(ConfigReader config) throws IOException {
        return config.isString("pos_att_type")
                ? parts(config.string("pos_att_type", "")).toList()
                : config.strings("pos_att_type");
    }

    private static Stream<String> parts(String text) {
        return Stream.of(text.toLowerCase(Locale.ROOT).split("\\|")).map(String::strip);
    }

    private static void convolution(ConfigReader config, ProgramSpec.Builder spec, int hidden)
            throws IOException {
        int width = config.integer("conv_kernel_size", 0);
        int groups = config.size("conv_groups", 1);
        if (width > 0 && width % 2 == 0) {
            throw config.wrong("conv_kernel_size", "an odd number, or 0 for none");
        }
        if (hidden % groups != 0) {
            throw config.wrong("conv_groups", "a divisor of hidden_size " + hidden);
        }
        spec.put("convolution", width > 0)
                .put("conv_kernel_size", width)
                .put("conv_padding", width / 2)
                .put("conv_groups", groups)
                .put("conv_inputs", hidden / groups)
                .put("conv_activation", Activations.of(config, "conv_act", "tanh"));
    }
}
