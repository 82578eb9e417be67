/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.HeadConfig.Activation;

/**
 * Encoders of long texts with rotary positions: Nomic BERT (Nussbaum et al., arXiv 2402.01613) and
 * GTE (Zhang et al., arXiv 2407.19669).
 */
final class RotaryBert {

    private static final String NOMIC_TYPE = "nomic_bert";
    private static final String GTE_TYPE = "gte";

    static final Architecture NOMIC = family("Nomic BERT", NOMIC_TYPE, "Wqkv", RotaryBert::nomic);
    static final Architecture GTE = family("GTE", GTE_TYPE, "qkv_proj", RotaryBert::gte);

    /** What fields are called in files of Nomic's own code. */
    private static final Map<String, String> OWN_NAMES =
            Map.of(
                    "n_embd", "hidden_size",
                    "n_layer", "num_hidden_layers",
                    "n_head", "num_attention_heads",
                    "n_inner", "intermediate_size",
                    "n_positions", "max_position_embeddings",
                    "layer_norm_epsilon", "layer_norm_eps",
                    "rotary_emb_base", "rope_theta");

    private RotaryBert() {}

    private static Architecture family(
            String name, String type, String target, Architecture.Program program) {
        return new Architecture(
                name,
                List.of(type),
                List.of(ModelHead.SEQUENCE, ModelHead.TOKEN),
                List.of("num_hidden_layers", "n_layer"),
                Traits.adapting(target)
                        .withClassifier(
                                ClassifierForm.text(type, type + ".pooler.dense", Activation.TANH))
                        .withPooler("pooler.dense"),
                program,
                type.equals(NOMIC_TYPE));
    }

    private static ProgramSpec nomic(ConfigReader given, ModelHead head) throws IOException {
        ConfigReader config = withCommonNames(given);
        return like(NOMIC_TYPE, config, head, new Absent(30528, 2, 1000, "silu"))
                .put("nomic", true)
                .put("attention_linear", "LinearWithoutBias")
                .put("list", "layers")
                .put("attention", "attn")
                .put("attention_norm", "norm1")
                .put("mlp_norm", "norm2")
                .put("joint", "Wqkv")
                .put("out", "out_proj")
                .build();
    }

    private static ProgramSpec gte(ConfigReader config, ModelHead head) throws IOException {
        return like(GTE_TYPE, config, head, new Absent(250048, 1, 160000, "gelu"))
                .put("nomic", false)
                .put("attention_linear", "Linear")
                .put("list", "layer")
                .put("attention", "attention")
                .put("attention_norm", "attn_ln")
                .put("mlp_norm", "mlp_ln")
                .put("joint", "qkv_proj")
                .put("out", "o_proj")
                .build();
    }

    /** What a family has where a file says nothing. */
    private record Absent(int words, int types, int theta, String activation) {}

    private static ProgramSpec.Builder like(
            String base, ConfigReader given, ModelHead head, Absent absent) throws IOException {
        ConfigReader config =
                given.withDefaults(
                        Map.of(
                                "vocab_size", absent.words(),
                                "hidden_size", 768,
                                "intermediate_size", 3072,
                                "num_hidden_layers", 12,
                                "num_attention_heads", 12,
                                "max_position_embeddings", 8192,
                                "rope_theta", absent.theta()));
        String heads = "num_attention_heads";
        int headSize = config.size("hidden_size") / config.size(heads);
        if (headSize % 2 != 0) {
            throw config.refused(heads, "heads with an even number of features");
        }
        config.require("head_dim", headSize);
        // others depend on how long a text is with its padding
        config.part("rope_parameters").require("rope_type", "default", "linear", "llama3", "yarn");
        int types = config.integer("type_vocab_size", absent.types());
        ProgramSpec.Builder spec =
                Encoder.describe("rotary_bert", base, config, head, "hidden_size", heads)
                        .put(ProgramSpec.LAYERS, config.size("num_hidden_layers"))
                        .put("base", base)
                        .put("typed", types > 0)
                        .put("types", types)
                        .put("intermediate_size", config.size("intermediate_size"))
                        .put("eps", config.number("layer_norm_eps", 1e-12))
                        .put(
                                "activation",
                                Activations.of(config, "hidden_act", absent.activation()))
                        .put(ProgramSpec.POOLER, head == ModelHead.SEQUENCE)
                        .pools(head == ModelHead.NONE)
                        .unused("pooler\\..*|" + Encoder.COUNTERS);
        Rope.put(spec, config, headSize);
        return spec;
    }

    /** Reads a file of Nomic's own code as transformers would write it. */
    private static ConfigReader withCommonNames(ConfigReader given) throws IOException {
        if (!given.has("n_embd")) {
            return given;
        }
        given.require("activation_function", "swiglu");
        given.require("prenorm", false);
        given.require("rotary_emb_fraction", 1, 1.0);
        given.require("rotary_emb_interleaved", false);
        given.requireAbsent("rotary_scaling_factor", "positions as they were trained are");
        given.requireAbsent("rotary_emb_scale_base", "positions without decay are");
        for (String bias : List.of("qkv_proj_bias", "mlp_fc1_bias", "mlp_fc2_bias")) {
            given.require(bias, false);
        }
        Map<String, Object> named = new HashMap<>();
        for (Map.Entry<String, String> name : OWN_NAMES.entrySet()) {
            if (given.has(name.getKey())) {
                named.put(name.getValue(), given.json().get(name.getKey()));
            }
        }
        return given.withDefaults(named);
    }
}
