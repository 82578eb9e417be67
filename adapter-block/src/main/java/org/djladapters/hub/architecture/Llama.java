/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * LLaMA (Touvron et al., arXiv 2302.13971) and the families that compute much as it does: Mistral,
 * Qwen2, Qwen3, and those that call themselves llama, as SmolLM2 does.
 */
final class Llama {

    private static final String LLAMA = "llama";
    private static final String MISTRAL = "mistral";
    private static final String QWEN2 = "qwen2";
    private static final String QWEN3 = "qwen3";

    private static final String KEY_VALUE_HEADS = "num_key_value_heads";
    private static final String HEAD_SIZE = "head_dim";

    /** The parts in which families differ. */
    private enum Part {
        /** The option {@code attention_bias}, of all products of attention. */
        BIAS_OPTION,
        /** The option {@code mlp_bias}. */
        MLP_BIAS_OPTION,
        /** Biases of queries, keys and values. */
        BIASES,
        /** A window of tokens for all layers. */
        WINDOW,
        /** The option {@code use_sliding_window}, for layers after some. */
        WINDOWS_OPTION,
        /** Norms of queries and keys, head by head. */
        HEAD_NORMS
    }

    private static final Map<String, Set<Part>> PARTS =
            Map.of(
                    LLAMA, Set.of(Part.BIAS_OPTION, Part.MLP_BIAS_OPTION),
                    MISTRAL, Set.of(Part.WINDOW),
                    QWEN2, Set.of(Part.BIASES, Part.WINDOWS_OPTION),
                    QWEN3, Set.of(Part.BIAS_OPTION, Part.WINDOWS_OPTION, Part.HEAD_NORMS));

    static final Architecture ARCHITECTURE =
            new Architecture(
                    "LLaMA",
                    List.of(LLAMA, MISTRAL, QWEN2, QWEN3),
                    DecoderHead.HEADS,
                    Encoder.LAYERS,
                    Traits.adapting("q_proj", "v_proj"),
                    Llama::describe);

    private Llama() {}

    private static ProgramSpec describe(ConfigReader config, ModelHead head) throws IOException {
        String type = config.string("model_type", LLAMA);
        Set<Part> parts = PARTS.get(type);
        int layers = config.size("num_hidden_layers");
        int width = config.size("hidden_size");
        int heads = config.size("num_attention_heads");
        int keyValueHeads = keyValueHeads(config, type, heads);
        int headSize = headSize(config, type.equals(QWEN3) ? 128 : Math.max(1, width / heads));
        boolean biased = parts.contains(Part.BIAS_OPTION) && config.bool("attention_bias", false);
        boolean biasedMlp = parts.contains(Part.MLP_BIAS_OPTION) && config.bool("mlp_bias", false);
        ProgramSpec.Builder spec =
                ProgramSpec.builder("llama", "model", config, head)
                        .put(ProgramSpec.LAYERS, layers)
                        .put("vocab_size", config.size("vocab_size"))
                        .put("hidden_size", width)
                        .put("intermediate_size", config.size("intermediate_size"))
                        .put("heads", heads)
                        .put("key_value_heads", keyValueHeads)
                        .put("head_size", headSize)
                        .put("eps", config.number("rms_norm_eps", 1e-6))
                        .put("activation", Activations.of(config, "hidden_act", "silu"))
                        .put("products", linear(biased || parts.contains(Part.BIASES)))
                        .put("output", linear(biased))
                        .put("mlp", linear(biasedMlp))
                        .put("head_norms", parts.contains(Part.HEAD_NORMS));
        Rope.put(spec, config, headSize);
        windows(config, parts, layers).put(spec);
        return DecoderHead.put(spec, config, head, "model.embed_tokens.weight", false)
                .unused("layers\\.\\d+\\.self_attn\\.rotary_emb\\.inv_freq|lm_head\\.weight")
                .build();
    }

    private static String linear(boolean biased) {
        return biased ? "Linear" : "LinearWithoutBias";
    }

    private static int keyValueHeads(ConfigReader config, String type, int heads)
            throws IOException {
        int count =
                config.declares(KEY_VALUE_HEADS) || type.equals(LLAMA)
                        ? config.size(KEY_VALUE_HEADS, heads)
                        : config.size(KEY_VALUE_HEADS);
        if (heads % count != 0) {
            throw config.wrong(KEY_VALUE_HEADS, "a divisor of num_attention_heads, " + heads + ",");
        }
        return count;
    }

    private static int headSize(ConfigReader config, int absent) throws IOException {
        int size = config.size(HEAD_SIZE, absent);
        if (size % 2 != 0) {
            throw config.wrong(HEAD_SIZE, "an even number");
        }
        return size;
    }

    private static Windows windows(ConfigReader config, Set<Part> parts, int layers)
            throws IOException {
        if (parts.contains(Part.WINDOW)) {
            return Windows.ofAll(config, layers, 4096);
        }
        if (parts.contains(Part.WINDOWS_OPTION) && config.bool("use_sliding_window", false)) {
            int first = config.integer("max_window_layers", 28);
            return Windows.ofSome(config, layers, layer -> layer < first, 4096);
        }
        return Windows.none(layers);
    }
}
