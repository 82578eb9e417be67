/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import com.google.gson.JsonObject;

/** Encoders of images as DINOv2. */
record Dinov2(int layers, int width, int heads, int imageSide, int patchSide)
        implements Architecture {

    private static final int MLP_RATIO = 4;
    private static final int CHANNELS = 3;

    @Override
    public JsonObject config() {
        JsonObject config = new JsonObject();
        config.addProperty("model_type", "dinov2");
        config.addProperty("hidden_act", "gelu");
        config.addProperty("hidden_size", width);
        config.addProperty("image_size", imageSide);
        config.addProperty("layer_norm_eps", 1e-6);
        config.addProperty("mlp_ratio", MLP_RATIO);
        config.addProperty("num_attention_heads", heads);
        config.addProperty("num_channels", CHANNELS);
        config.addProperty(LAYERS, layers);
        config.addProperty("patch_size", patchSide);
        return config;
    }

    @Override
    public void fill(FreshWeights weights) {
        int grid = imageSide / patchSide;
        String embeddings = "model.embeddings.";
        weights.normal(embeddings + "cls_token", 1, 1, width);
        weights.normal(embeddings + "position_embeddings", 1, grid * grid + 1, width);
        String projection = embeddings + "patch_embeddings.projection.";
        weights.normal(projection + "weight", width, CHANNELS, patchSide, patchSide);
        weights.constant(projection + "bias", 0, width);
        for (int i = 0; i < layers; i++) {
            String layer = "model.encoder.layer." + i + ".";
            weights.norm(layer + "norm1", width);
            weights.linear(layer + "attention.attention.query", width, width);
            weights.linear(layer + "attention.attention.key", width, width);
            weights.linear(layer + "attention.attention.value", width, width);
            weights.linear(layer + "attention.output.dense", width, width);
            weights.constant(layer + "layer_scale1.lambda1", 1, width);
            weights.norm(layer + "norm2", width);
            weights.linear(layer + "mlp.fc1", width, MLP_RATIO * width);
            weights.linear(layer + "mlp.fc2", MLP_RATIO * width, width);
            weights.constant(layer + "layer_scale2.lambda1", 1, width);
        }
        weights.norm("model.layernorm", width);
    }
}
