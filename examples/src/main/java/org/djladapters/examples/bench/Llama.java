/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import com.google.gson.JsonObject;

/** Decoders of text as LLaMA, without the head that predicts tokens. */
record Llama(int layers, int width, int heads, int keyValueHeads, int feedForward, int vocabulary)
        implements Architecture {

    private static final int POSITIONS = 8192;

    @Override
    public JsonObject config() {
        JsonObject config = new JsonObject();
        config.addProperty("model_type", "llama");
        config.addProperty("head_dim", headWidth());
        config.addProperty("hidden_act", "silu");
        config.addProperty("hidden_size", width);
        config.addProperty("intermediate_size", feedForward);
        config.addProperty("max_position_embeddings", POSITIONS);
        config.addProperty("num_attention_heads", heads);
        config.addProperty(LAYERS, layers);
        config.addProperty("num_key_value_heads", keyValueHeads);
        config.addProperty("rms_norm_eps", 1e-5);
        config.addProperty("rope_theta", 500_000.0);
        config.addProperty("vocab_size", vocabulary);
        return config;
    }

    private int headWidth() {
        return width / heads;
    }

    @Override
    public void fill(FreshWeights weights) {
        weights.normal("model.model.embed_tokens.weight", vocabulary, width);
        int keyValueWidth = keyValueHeads * headWidth();
        for (int i = 0; i < layers; i++) {
            String layer = "model.model.layers." + i + ".";
            weights.constant(layer + "input_layernorm.weight", 1, width);
            weights.normal(layer + "self_attn.q_proj.weight", width, width);
            weights.normal(layer + "self_attn.k_proj.weight", keyValueWidth, width);
            weights.normal(layer + "self_attn.v_proj.weight", keyValueWidth, width);
            weights.normal(layer + "self_attn.o_proj.weight", width, width);
            weights.constant(layer + "post_attention_layernorm.weight", 1, width);
            weights.normal(layer + "mlp.gate_proj.weight", feedForward, width);
            weights.normal(layer + "mlp.up_proj.weight", feedForward, width);
            weights.normal(layer + "mlp.down_proj.weight", width, feedForward);
        }
        weights.constant("model.model.norm.weight", 1, width);
    }
}
