/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import com.google.gson.JsonObject;
import java.util.Locale;

/** Families of models, each a program of the same name: which tensors a model of one has. */
enum Architecture {

    /** Encoders of text as BERT. */
    BERT {
        @Override
        void fill(JsonObject config, FreshWeights weights) {
            int width = size(config, "hidden_size");
            int feedForward = size(config, "intermediate_size");
            String embeddings = "model.embeddings.";
            weights.normal(
                    embeddings + "word_embeddings.weight", size(config, "vocab_size"), width);
            weights.normal(
                    embeddings + "position_embeddings.weight",
                    size(config, "max_position_embeddings"),
                    width);
            weights.normal(
                    embeddings + "token_type_embeddings.weight",
                    size(config, "type_vocab_size"),
                    width);
            weights.norm(embeddings + "LayerNorm", width);
            for (int i = 0; i < size(config, LAYERS); i++) {
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
    },

    /** Encoders of images as DINOv2. */
    DINOV2 {
        @Override
        void fill(JsonObject config, FreshWeights weights) {
            int width = size(config, "hidden_size");
            int channels = size(config, "num_channels");
            int patch = size(config, "patch_size");
            int grid = size(config, "image_size") / patch;
            int feedForward = size(config, "mlp_ratio") * width;
            String embeddings = "model.embeddings.";
            weights.normal(embeddings + "cls_token", 1, 1, width);
            weights.normal(embeddings + "position_embeddings", 1, grid * grid + 1, width);
            String projection = embeddings + "patch_embeddings.projection.";
            weights.normal(projection + "weight", width, channels, patch, patch);
            weights.constant(projection + "bias", 0, width);
            for (int i = 0; i < size(config, LAYERS); i++) {
                String layer = "model.encoder.layer." + i + ".";
                weights.norm(layer + "norm1", width);
                weights.linear(layer + "attention.attention.query", width, width);
                weights.linear(layer + "attention.attention.key", width, width);
                weights.linear(layer + "attention.attention.value", width, width);
                weights.linear(layer + "attention.output.dense", width, width);
                weights.constant(layer + "layer_scale1.lambda1", 1, width);
                weights.norm(layer + "norm2", width);
                weights.linear(layer + "mlp.fc1", width, feedForward);
                weights.linear(layer + "mlp.fc2", feedForward, width);
                weights.constant(layer + "layer_scale2.lambda1", 1, width);
            }
            weights.norm("model.layernorm", width);
        }
    },

    /** Decoders of text as LLaMA, without the head that predicts tokens. */
    LLAMA {
        @Override
        void fill(JsonObject config, FreshWeights weights) {
            int width = size(config, "hidden_size");
            int feedForward = size(config, "intermediate_size");
            int queries = size(config, "num_attention_heads") * size(config, "head_dim");
            int keys = size(config, "num_key_value_heads") * size(config, "head_dim");
            weights.normal("model.model.embed_tokens.weight", size(config, "vocab_size"), width);
            for (int i = 0; i < size(config, LAYERS); i++) {
                String layer = "model.model.layers." + i + ".";
                weights.constant(layer + "input_layernorm.weight", 1, width);
                weights.normal(layer + "self_attn.q_proj.weight", queries, width);
                weights.normal(layer + "self_attn.k_proj.weight", keys, width);
                weights.normal(layer + "self_attn.v_proj.weight", keys, width);
                weights.normal(layer + "self_attn.o_proj.weight", width, queries);
                weights.constant(layer + "post_attention_layernorm.weight", 1, width);
                weights.normal(layer + "mlp.gate_proj.weight", feedForward, width);
                weights.normal(layer + "mlp.up_proj.weight", feedForward, width);
                weights.normal(layer + "mlp.down_proj.weight", width, feedForward);
            }
            weights.constant("model.model.norm.weight", 1, width);
        }
    };

    /** The entry of a configuration that tells how many layers there are. */
    static final String LAYERS = "num_hidden_layers";

    static Architecture of(JsonObject config) {
        return valueOf(config.get("model_type").getAsString().toUpperCase(Locale.ROOT));
    }

    /** The name of the file with the family's program. */
    String program() {
        return name().toLowerCase(Locale.ROOT) + ".py";
    }

    /** Gives every tensor of the program its values. */
    abstract void fill(JsonObject config, FreshWeights weights);

    static int size(JsonObject config, String key) {
        return config.get(key).getAsInt();
    }
}
