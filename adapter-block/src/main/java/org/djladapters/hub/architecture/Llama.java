/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * LLaMA (Touvron et al., arXiv 2302.13971) and the families that compute much as it does: Mistral,
 * Qwen2, Qwen3, Phi-3, SmolLM3, Granite, OLMo 2, and those that call themselves llama, as SmolLM2
 * does.
 */
final class Llama {

    private static final String LLAMA = "llama";
    private static final String MISTRAL = "mistral";
    private static final String QWEN2 = "qwen2";
    private static final String QWEN3 = "qwen3";
    private static final String SMOLLM3 = "smollm3";
    private static final String PHI3 = "phi3";
    private static final String GRANITE = "granite";
    private static final String OLMO2 = "olmo2";

    private static final String HEAD_SIZE = "head_dim";
    private static final String UNTURNED = "no_rope_layers";
    private static final String EPS = "rms_norm_eps";
    private static final String TIED = "tie_word_embeddings";
    private static final String THETA = "rope_theta";

    /** The parts in which families differ. */
    private enum Part {
        /** The option {@code attention_bias}, of all products of attention. */
        BIAS_OPTION,
        /** The option {@code mlp_bias}. */
        MLP_BIAS_OPTION,
        /** Biases of queries, keys and values. */
        BIASES,
        /** Fewer heads of keys and values than of queries if nothing is said, see the model. */
        FEW_KEYS,
        /** A window of tokens for all layers. */
        WINDOW,
        /** The option {@code use_sliding_window}, for layers after some. */
        WINDOWS_OPTION,
        /** Norms of queries and keys, head by head. */
        HEAD_NORMS,
        /** Layers that know no positions. */
        UNTURNED_LAYERS,
        /** One product for queries, keys and values, and one for gates and what they let pass. */
        FUSED,
        /** Factors of embeddings, scores, layers and logits. */
        MULTIPLIERS,
        /** Norms after attention and feedforward, and of all queries and keys together. */
        NORMS_AFTER
    }

    /** How a family differs from LLaMA: in its defaults, and in its parts. */
    private record Family(Map<String, ?> defaults, Set<Part> parts) {

        static Family of(Map<String, ?> defaults, Part... parts) {
            return new Family(defaults, Set.of(parts));
        }

        boolean has(Part part) {
            return parts.contains(part);
        }
    }

    private static final Map<String, Family> FAMILIES =
            Map.of(
                    LLAMA,
                    Family.of(Map.of(), Part.BIAS_OPTION, Part.MLP_BIAS_OPTION),
                    MISTRAL,
                    Family.of(Map.of(), Part.FEW_KEYS, Part.WINDOW),
                    QWEN2,
                    Family.of(Map.of(), Part.FEW_KEYS, Part.BIASES, Part.WINDOWS_OPTION),
                    QWEN3,
                    Family.of(
                            Map.of(HEAD_SIZE, 128),
                            Part.FEW_KEYS,
                            Part.BIAS_OPTION,
                            Part.WINDOWS_OPTION,
                            Part.HEAD_NORMS),
                    SMOLLM3,
                    Family.of(
                            Map.of(THETA, 2e6, TIED, true),
                            Part.FEW_KEYS,
                            Part.BIAS_OPTION,
                            Part.MLP_BIAS_OPTION,
                            Part.UNTURNED_LAYERS),
                    PHI3,
                    Family.of(Map.of(EPS, 1e-5), Part.FUSED, Part.WINDOW),
                    GRANITE,
                    Family.of(Map.of(), Part.BIAS_OPTION, Part.MLP_BIAS_OPTION, Part.MULTIPLIERS),
                    OLMO2,
                    Family.of(Map.of(EPS, 1e-5), Part.BIAS_OPTION, Part.NORMS_AFTER));

    private static final Traits TRAITS = Traits.adapting("q_proj", "v_proj");

    static final Architecture ARCHITECTURE =
            new Architecture(
                    "LLaMA",
                    List.of(LLAMA, MISTRAL, QWEN2, QWEN3, SMOLLM3),
                    DecoderHead.HEADS,
                    Encoder.LAYERS,
                    TRAITS,
                    Llama::describe);

    /** Phi-3 and Phi-4, whose layers have other names. */
    static final Architecture PHI =
            new Architecture(
                    "Phi-3",
                    List.of(PHI3),
                    DecoderHead.HEADS,
                    Encoder.LAYERS,
                    Traits.adapting("qkv_proj"),
                    Llama::describe,
                    true);

    /** The families that have no classifier in transformers. */
    static final Architecture WITHOUT_CLASSIFIER =
            new Architecture(
                    "Granite and OLMo 2",
                    List.of(GRANITE, OLMO2),
                    List.of(ModelHead.CAUSAL_LM),
                    Encoder.LAYERS,
                    TRAITS,
                    Llama::describe);

    private Llama() {}

    private static ProgramSpec describe(ConfigReader given, ModelHead head) throws IOException {
        Family family = FAMILIES.get(given.string("model_type", LLAMA));
        ConfigReader config = given.withDefaults(family.defaults());
        int layers = config.size("num_hidden_layers");
        int width = config.size("hidden_size");
        int heads = config.size("num_attention_heads");
        int keyValueHeads = DecoderHead.keyValueHeads(config, heads, family.has(Part.FEW_KEYS));
        int headSize = DecoderHead.size(config, Math.max(1, width / heads));
        boolean biased = family.has(Part.BIAS_OPTION) && config.bool("attention_bias", false);
        boolean biasedMlp = family.has(Part.MLP_BIAS_OPTION) && config.bool("mlp_bias", false);
        List<Boolean> turned = turned(config, family, layers);
        ProgramSpec.Builder spec =
                ProgramSpec.builder("llama", "model", config, head)
                        .put(ProgramSpec.LAYERS, layers)
                        .put("vocab_size", config.size("vocab_size"))
                        .put("hidden_size", width)
                        .put("intermediate_size", config.size("intermediate_size"))
                        .put("heads", heads)
                        .put("key_value_heads", keyValueHeads)
                        .put("all_heads", heads + 2 * keyValueHeads)
                        .put("head_size", headSize)
                        .put("eps", config.number(EPS, 1e-6))
                        .put("activation", Activations.of(config, "hidden_act", "silu"))
                        .put("products", linear(biased || family.has(Part.BIASES)))
                        .put("output", linear(biased))
                        .put("mlp", linear(biasedMlp))
                        .put("fused", family.has(Part.FUSED))
                        .put("head_norms", family.has(Part.HEAD_NORMS))
                        .put("wide_norms", family.has(Part.NORMS_AFTER))
                        .put("norms_after", family.has(Part.NORMS_AFTER))
                        .put("unturned", turned.contains(false))
                        .put("turns", turns(turned));
        if (family.has(Part.FUSED)) {
            Rope.putPhi(spec, config, headSize);
        } else {
            Rope.put(spec, config, headSize);
        }
        windows(config, family, turned).put(spec);
        DecoderHead.put(spec, config, head, "model.embed_tokens.weight", false)
                .unused("layers\\.\\d+\\.self_attn\\.rotary_emb\\.inv_freq|lm_head\\.weight");
        putMultipliers(spec, config, family);
        return spec.build();
    }

    static String linear(boolean biased) {
        return biased ? "Linear" : "LinearWithoutBias";
    }

    /** Tells of each layer whether it knows positions. */
    private static List<Boolean> turned(ConfigReader config, Family family, int layers)
            throws IOException {
        List<Boolean> turned = new ArrayList<>();
        List<Integer> told =
                family.has(Part.UNTURNED_LAYERS) ? config.integers(UNTURNED) : List.of();
        if (!told.isEmpty() && told.size() != layers) {
            throw config.wrong(UNTURNED, "a number for each of %d layers".formatted(layers));
        }
        int interval = config.size("no_rope_layer_interval", 4);
        for (int layer = 0; layer < layers; layer++) {
            boolean usual = !family.has(Part.UNTURNED_LAYERS) || (layer + 1) % interval != 0;
            turned.add(told.isEmpty() ? usual : told.get(layer) != 0);
        }
        return turned;
    }

    /** The number of what each layer turns by: 1 is nothing. */
    private static String turns(List<Boolean> turned) {
        return turned.stream().map(turns -> turns ? "0" : "1").collect(Collectors.joining(", "));
    }

    private static Windows windows(ConfigReader config, Family family, List<Boolean> turned)
            throws IOException {
        int layers = turned.size();
        if (family.has(Part.WINDOW)) {
            return Windows.ofAll(config, layers, family.has(Part.FUSED) ? 0 : 4096);
        }
        boolean windows = config.bool("use_sliding_window", false);
        if (family.has(Part.WINDOWS_OPTION) && windows) {
            int first = config.integer("max_window_layers", 28);
            return Windows.ofSome(config, layers, layer -> layer < first, 4096);
        }
        if (family.has(Part.UNTURNED_LAYERS)) {
            Windows read =
                    Windows.ofSome(config, layers, layer -> !windows || turned.get(layer), 0);
            if (!windows && read.size() > 0) {
                throw config.refused("use_sliding_window", "layers with windows if it is true");
            }
            return read;
        }
        return Windows.none(layers);
    }

    private static void putMultipliers(ProgramSpec.Builder spec, ConfigReader config, Family family)
            throws IOException {
        boolean own = family.has(Part.MULTIPLIERS);
        for (String key :
                List.of("embedding_multiplier", "residual_multiplier", "logits_scaling")) {
            double factor = own ? config.positive(key, 1) : 1;
            spec.put(key, factor == 1 ? "" : Double.toString(factor));
        }
        spec.put("scale", own ? config.positive("attention_multiplier", 1) : "None");
    }
}
