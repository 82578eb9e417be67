/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;

/** GPT-2 (Radford et al., 2019), whose weights lie as (in, out). */
final class Gpt2 {

    private static final List<String> LAYERS = List.of("num_hidden_layers", "n_layer");

    private static final String EMBEDDING = "transformer.wte.weight";

    static final Architecture ARCHITECTURE =
            new Architecture(
                    "GPT-2",
                    List.of("gpt2"),
                    DecoderHead.HEADS,
                    LAYERS,
                    Traits.adapting("c_attn"),
                    Gpt2::describe);

    private Gpt2() {}

    static ProgramSpec describe(ConfigReader config, ModelHead head) throws IOException {
        config.require("add_cross_attention", false);
        // the implementations of attention in transformers disagree on what else would be computed
        config.require("scale_attn_weights", true);
        config.require("scale_attn_by_inverse_layer_idx", false);
        int width = config.size(config.either(List.of("hidden_size", "n_embd")), 768);
        String heads = config.either(List.of("num_attention_heads", "n_head"));
        String layers = config.either(LAYERS);
        String positions = config.either(List.of("max_position_embeddings", "n_positions"));
        ProgramSpec.Builder spec =
                ProgramSpec.builder("gpt2", "transformer", config, head)
                        .put(ProgramSpec.LAYERS, config.size(layers, 12))
                        .put("vocab_size", config.size("vocab_size", 50257))
                        .put("hidden_size", width)
                        .put("intermediate_size", config.size("n_inner", 4 * width))
                        .put("heads", config.heads(heads, width, 12))
                        .put("positions", config.size(positions, 1024))
                        .put("eps", config.number("layer_norm_epsilon", 1e-5))
                        .put("longrope", false)
                        .put(
                                "activation",
                                Activations.of(config, "activation_function", "gelu_new"));
        return DecoderHead.put(spec, config, head, EMBEDDING, true)
                .unused("h\\.\\d+\\.attn\\.(bias|masked_bias)|lm_head\\.weight")
                .build();
    }
}
