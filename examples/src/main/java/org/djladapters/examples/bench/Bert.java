/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import com.google.gson.JsonObject;

/** Encoders of text as BERT. */
record Bert(int layers, int width, int heads, int feedForward, int vocabulary)
        implements Architecture {

    private static final int POSITIONS = 512;
    private static final int TYPES = 2;

    @Override
    public JsonObject config() {
        JsonObject config = new JsonObject();
        config.addProperty("model_type", "bert");
        config.addProperty("hidden_act", "gelu");
        config.addProperty("hidden_size", width);
        config.addProperty("intermediate_size", feedForward);
        config.addProperty("layer_norm_eps", 1e-12);
        config.addProperty("max_position_embeddings", POSITIONS);
        config.addProperty("num_attention_heads", heads);
        config.addProperty(LAYERS, layers);
        config.addProperty("pad_token_id", 0);
        config.addProperty("type_vocab_size", TYPES);
        config.addProperty("vocab_size", vocabulary);
        return config;
    }

    @Override
    public void fill(FreshWeights weights) {
        String embeddings = "model.embeddings.";
        weights.normal(embeddings + "word_embeddings.weight", vocabulary, width);
        weights.normal(embeddings + "position_embeddings.weight", POSITIONS, width);
        weights.normal(embeddings + "token_type_embeddings.weight", TYPES, width);
        weights.norm(embeddings + "LayerNorm", width);
        for (int i = 0; i < layers; i++) {
            String layer = "model.encoder.layer." + i + ".";
            weights.linear(layer + "attention.self.query", width, width);
            weights.linear(layer + "attention.self.key", width, width);
            weights.linear(layer + "attention.self.value", width, width);
            weights.linear(layer + "attention.output.dense", width, width);
            weights.norm(layer + "attention.output.LayerNorm", width);
            weights.linear(layer + "intermediate.dense", width, feedForward);
            weights.linear(layer + "output.dense", feedForward, width);
            weights.norm(layer + "output.LayerNorm", width);
        }
    }
}
