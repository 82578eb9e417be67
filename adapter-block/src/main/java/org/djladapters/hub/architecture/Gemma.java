/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Gemma 2 (arXiv 2408.00118) and the texts of Gemma 3 (arXiv 2503.19786), which may be read both
 * ways, as EmbeddingGemma does (arXiv 2509.20354).
 */
final class Gemma {

    private static final String GEMMA2 = "gemma2";
    private static final String GEMMA3 = "gemma3_text";

    private static final String BOTH_WAYS = "use_bidirectional_attention";
    private static final String ATTENTION_CAP = "attn_logit_softcapping";
    private static final String THETA = "rope_theta";

    static final Architecture ARCHITECTURE =
            new Architecture(
                    "Gemma",
                    List.of(GEMMA2, GEMMA3),
                    DecoderHead.HEADS,
                    Encoder.LAYERS,
                    Traits.adapting("q_proj", "v_proj"),
                    Gemma::describe);

    private Gemma() {}

    private static ProgramSpec describe(ConfigReader given, ModelHead head) throws IOException {
        boolean third = given.string("model_type", GEMMA2).equals(GEMMA3);
        ConfigReader config = third ? third(given) : given;
        boolean bothWays = third && config.bool(BOTH_WAYS, false);
        if (bothWays && head == ModelHead.CAUSAL_LM) {
            throw config.refused(BOTH_WAYS, "next tokens of models that read one way are");
        }
        int heads = config.size("num_attention_heads");
        int headSize = DecoderHead.size(config, 256);
        boolean biased = config.bool("attention_bias", false);
        ProgramSpec.Builder spec =
                ProgramSpec.builder("gemma", "model", config, head)
                        .put(ProgramSpec.LAYERS, config.size("num_hidden_layers"))
                        .put("vocab_size", config.size("vocab_size"))
                        .put("hidden_size", config.size("hidden_size"))
                        .put("intermediate_size", config.size("intermediate_size"))
                        .put("heads", heads)
                        .put("key_value_heads", DecoderHead.keyValueHeads(config, heads, true))
                        .put("head_size", headSize)
                        .put("eps", config.number("rms_norm_eps", 1e-6))
                        .put("activation", activation(config))
                        .put("products", Llama.linear(biased))
                        .put("mlp", Llama.linear(false))
                        .put("fused", false)
                        .put("head_norms", third)
                        .put("scale", 1 / Math.sqrt(config.positive("query_pre_attn_scalar", 256)))
                        .put("attention_cap", third ? "" : cap(config, ATTENTION_CAP, 50))
                        .put("both_ways", bothWays)
                        .put("local", third)
                        .put("local_theta", config.positive("rope_local_base_freq", 10000));
        Rope.put(spec, config, headSize);
        putWindows(spec, config, third, bothWays);
        return DecoderHead.put(spec, config, head, "model.embed_tokens.weight", true)
                .put("logits_cap", cap(config, "final_logit_softcapping", third ? 0 : 30))
                .unused("lm_head\\.weight")
                .build();
    }

    /** Refuses what a configuration of Gemma 3 may have beside those of Gemma 2. */
    private static ConfigReader third(ConfigReader config) throws IOException {
        config.requireAbsent(ATTENTION_CAP, "attention of Gemma 3 without a cap is");
        config.part("rope_parameters")
                .requireAbsent("full_attention", "rope_theta and rope_local_base_freq are");
        return config.withDefaults(Map.of(THETA, 1e6));
    }

    private static String activation(ConfigReader config) throws IOException {
        return Activations.of(config, "hidden_activation", "gelu_pytorch_tanh");
    }

    /** Reads a limit that scores come close to, if there is one; 0 stands for none. */
    private static String cap(ConfigReader config, String key, double absent) throws IOException {
        boolean none = config.declares(key) ? !config.has(key) : absent == 0;
        return none ? "" : Double.toString(config.positive(key, absent));
    }

    private static void putWindows(
            ProgramSpec.Builder spec, ConfigReader config, boolean third, boolean bothWays)
            throws IOException {
        int layers = config.size("num_hidden_layers");
        int period = third ? config.size("sliding_window_pattern", 6) : 2;
        Windows read = Windows.ofSome(config, layers, layer -> (layer + 1) % period == 0, 4096);
        // half of a window lies on each side, and the token itself is in it
        int size = bothWays && read.size() > 0 ? read.size() / 2 + 1 : read.size();
        new Windows(size, read.all()).put(spec);
        spec.put(
                "turns",
                read.all().stream()
                        .map(all -> third && !all ? "1" : "0")
                        .collect(Collectors.joining(", ")));
    }
}
