/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * LLaMA (Touvron et al., arXiv 2302.13971) and the families that compute as it does: Mistral,
 * Qwen2, and those that call themselves llama, as SmolLM2 does.
 */
final class Llama {

    private static final String LLAMA = "llama";
    private static final String MISTRAL = "mistral";
    private static final String QWEN2 = "qwen2";

    private static final String WINDOW = "sliding_window";
    private static final String KEY_VALUE_HEADS = "num_key_value_heads";
    private static final String LAYER_TYPES = "layer_types";

    /** The number of tokens in a window, and which layers see all tokens instead. */
    private record Windows(int size, List<Boolean> all) {}

    static final Architecture ARCHITECTURE =
            new Architecture(
                    "LLaMA",
                    List.of(LLAMA, MISTRAL, QWEN2),
                    DecoderHead.HEADS,
                    Encoder.LAYERS,
                    Traits.adapting("q_proj", "v_proj"),
                    Llama::describe);

    private Llama() {}

    private static ProgramSpec describe(ConfigReader config, ModelHead head) throws IOException {
        String type = config.string("model_type", LLAMA);
        int layers = config.size("num_hidden_layers");
        int width = config.size("hidden_size");
        int heads = config.size("num_attention_heads");
        int keyValueHeads = keyValueHeads(config, type, heads);
        if (heads % keyValueHeads != 0) {
            throw config.wrong(KEY_VALUE_HEADS, "a divisor of num_attention_heads, " + heads + ",");
        }
        int headSize = config.size("head_dim", Math.max(1, width / heads));
        if (headSize % 2 != 0) {
            throw config.wrong("head_dim", "an even number");
        }
        boolean biased = type.equals(LLAMA) && config.bool("attention_bias", false);
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
                        .put("products", linear(biased || type.equals(QWEN2)))
                        .put("output", linear(biased))
                        .put("mlp", linear(type.equals(LLAMA) && config.bool("mlp_bias", false)));
        Rope.put(spec, config, headSize);
        Windows windows = windows(config, type, layers);
        spec.put("window", windows.size())
                .put("mixed", windows.all().contains(true) && windows.all().contains(false))
                .put("kinds", kinds(windows));
        return DecoderHead.put(spec, config, head, "model.embed_tokens.weight", false)
                .unused("layers\\.\\d+\\.self_attn\\.rotary_emb\\.inv_freq|lm_head\\.weight")
                .build();
    }

    private static String linear(boolean biased) {
        return biased ? "Linear" : "LinearWithoutBias";
    }

    private static int keyValueHeads(ConfigReader config, String type, int heads)
            throws IOException {
        if (config.declares(KEY_VALUE_HEADS) || type.equals(LLAMA)) {
            return config.size(KEY_VALUE_HEADS, heads);
        }
        return config.size(KEY_VALUE_HEADS);
    }

    private static Windows windows(ConfigReader config, String type, int layers)
            throws IOException {
        List<Boolean> none = Collections.nCopies(layers, true);
        if (type.equals(MISTRAL)) {
            boolean unlimited = config.declares(WINDOW) && !config.has(WINDOW);
            return unlimited
                    ? new Windows(0, none)
                    : new Windows(config.size(WINDOW, 4096), Collections.nCopies(layers, false));
        }
        if (type.equals(QWEN2) && config.bool("use_sliding_window", false)) {
            boolean unlimited = config.declares(WINDOW) && !config.has(WINDOW);
            List<Boolean> all = layersThatSeeAll(config, layers);
            return unlimited || !all.contains(false)
                    ? new Windows(0, none)
                    : new Windows(config.size(WINDOW, 4096), all);
        }
        return new Windows(0, none);
    }

    private static List<Boolean> layersThatSeeAll(ConfigReader config, int layers)
            throws IOException {
        List<String> types = config.strings(LAYER_TYPES);
        List<Boolean> all = new ArrayList<>();
        if (types.isEmpty()) {
            int first = config.integer("max_window_layers", 28);
            for (int layer = 0; layer < layers; layer++) {
                all.add(layer < first);
            }
            return all;
        }
        for (String type : types) {
            if (!type.equals("full_attention") && !type.equals("sliding_attention")) {
                throw config.refused(LAYER_TYPES, "full_attention and sliding_attention");
            }
            all.add(type.equals("full_attention"));
        }
        if (all.size() != layers) {
            throw config.wrong(LAYER_TYPES, "a type for each of %d layers".formatted(layers));
        }
        return all;
    }

    /** The number of each layer's mask: that of the window comes first. */
    private static String kinds(Windows windows) {
        boolean mixed = windows.all().contains(false);
        return windows.all().stream()
                .map(all -> all && mixed ? "1" : "0")
                .collect(Collectors.joining(", "));
    }
}
