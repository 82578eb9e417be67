/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.params;

import com.google.gson.JsonObject;
import java.util.Locale;
import org.djladapters.model.ModelSpec;

/** Families of models: which tensors a model of one has, without pooler and task head. */
enum Architecture {

    /** Encoders of text as BERT. */
    BERT {
        @Override
        void describe(JsonObject config, ModuleTensors tensors) {
            int width = size(config, WIDTH);
            String embeddings = "embeddings.";
            tensors.embedding(embeddings + "word_embeddings", size(config, VOCABULARY), width);
            tensors.embedding(
                    embeddings + "position_embeddings",
                    size(config, "max_position_embeddings"),
                    width);
            tensors.embedding(
                    embeddings + "token_type_embeddings", size(config, "type_vocab_size"), width);
            tensors.norm(embeddings + "LayerNorm", width, true);
            for (int i = 0; i < size(config, LAYERS); i++) {
                textLayer(layer(i), "", config, tensors);
            }
        }
    },

    /** Encoders of text as DeBERTa-v3, with positions relative to one another only. */
    DEBERTA_V2 {
        @Override
        void describe(JsonObject config, ModuleTensors tensors) {
            int width = size(config, WIDTH);
            tensors.embedding("embeddings.word_embeddings", size(config, VOCABULARY), width);
            tensors.norm("embeddings.LayerNorm", width, true);
            for (int i = 0; i < size(config, LAYERS); i++) {
                textLayer(layer(i), "_proj", config, tensors);
            }
            // read as it is, without picking rows
            int positions = 2 * size(config, "position_buckets");
            tensors.parameter("encoder.rel_embeddings.weight", positions, width);
            tensors.norm("encoder.LayerNorm", width, true);
        }
    },

    /** Encoders of images as DINOv2. */
    DINOV2 {
        @Override
        void describe(JsonObject config, ModuleTensors tensors) {
            int width = size(config, WIDTH);
            int feedForward = size(config, "mlp_ratio") * width;
            tensors.parameter("embeddings.cls_token", 1, 1, width);
            tensors.parameter("embeddings.mask_token", 1, width);
            patches(config, tensors);
            for (int i = 0; i < size(config, LAYERS); i++) {
                String layer = layer(i);
                tensors.norm(layer + "norm1", width, true);
                imageAttention(layer, width, tensors);
                tensors.parameter(layer + "layer_scale1.lambda1", width);
                tensors.norm(layer + "norm2", width, true);
                tensors.linear(layer + "mlp.fc1", width, feedForward, true);
                tensors.linear(layer + "mlp.fc2", feedForward, width, true);
                tensors.parameter(layer + "layer_scale2.lambda1", width);
            }
            tensors.norm("layernorm", width, true);
        }
    },

    /** Encoders of images as ViT. */
    VIT {
        @Override
        void describe(JsonObject config, ModuleTensors tensors) {
            int width = size(config, WIDTH);
            int feedForward = size(config, FEED_FORWARD);
            tensors.parameter("embeddings.cls_token", 1, 1, width);
            patches(config, tensors);
            for (int i = 0; i < size(config, LAYERS); i++) {
                String layer = layer(i);
                imageAttention(layer, width, tensors);
                tensors.linear(layer + "intermediate.dense", width, feedForward, true);
                tensors.linear(layer + "output.dense", feedForward, width, true);
                tensors.norm(layer + "layernorm_before", width, true);
                tensors.norm(layer + "layernorm_after", width, true);
            }
            tensors.norm("layernorm", width, true);
        }
    },

    /** Decoders of text as LLaMA. */
    LLAMA {
        @Override
        void describe(JsonObject config, ModuleTensors tensors) {
            int width = size(config, WIDTH);
            int feedForward = size(config, FEED_FORWARD);
            int queries = size(config, "num_attention_heads") * size(config, "head_dim");
            int keys = size(config, "num_key_value_heads") * size(config, "head_dim");
            tensors.embedding("model.embed_tokens", size(config, VOCABULARY), width);
            for (int i = 0; i < size(config, LAYERS); i++) {
                String layer = "model.layers." + i + ".";
                tensors.norm(layer + "input_layernorm", width, false);
                tensors.linear(layer + "self_attn.q_proj", width, queries, false);
                tensors.linear(layer + "self_attn.k_proj", width, keys, false);
                tensors.linear(layer + "self_attn.v_proj", width, keys, false);
                tensors.linear(layer + "self_attn.o_proj", queries, width, false);
                tensors.norm(layer + "post_attention_layernorm", width, false);
                tensors.linear(layer + "mlp.gate_proj", width, feedForward, false);
                tensors.linear(layer + "mlp.up_proj", width, feedForward, false);
                tensors.linear(layer + "mlp.down_proj", feedForward, width, false);
            }
            tensors.norm("model.norm", width, false);
        }
    };

    /** The entry of a configuration with the number of layers. */
    private static final String LAYERS = "num_hidden_layers";

    private static final String MODEL_TYPE = "model_type";
    private static final String WIDTH = "hidden_size";
    private static final String FEED_FORWARD = "intermediate_size";
    private static final String VOCABULARY = "vocab_size";

    /**
     * The family of a model.
     *
     * @param config what stands in its {@code config.json}
     */
    private static Architecture of(JsonObject config) {
        String type = config.get(MODEL_TYPE).getAsString();
        return valueOf(type.replace('-', '_').toUpperCase(Locale.ROOT));
    }

    /**
     * A model of the family of a configuration, without its weights.
     *
     * @param config what stands in its {@code config.json}
     */
    static ModelSpec spec(JsonObject config) {
        ModuleTensors tensors = new ModuleTensors();
        of(config).describe(config, tensors);
        return tensors.spec(config.get(MODEL_TYPE).getAsString());
    }

    /**
     * Passes on what a model consists of.
     *
     * @param config what stands in its {@code config.json}
     */
    abstract void describe(JsonObject config, ModuleTensors tensors);

    /**
     * A size of a configuration.
     *
     * @param config what stands in a {@code config.json}
     * @param key the name of the entry
     */
    private static int size(JsonObject config, String key) {
        return config.get(key).getAsInt();
    }

    private static String layer(int index) {
        return "encoder.layer." + index + ".";
    }

    private static void textLayer(
            String layer, String projection, JsonObject config, ModuleTensors tensors) {
        int width = size(config, WIDTH);
        int feedForward = size(config, FEED_FORWARD);
        tensors.linear(layer + "attention.self.query" + projection, width, width, true);
        tensors.linear(layer + "attention.self.key" + projection, width, width, true);
        tensors.linear(layer + "attention.self.value" + projection, width, width, true);
        tensors.linear(layer + "attention.output.dense", width, width, true);
        tensors.norm(layer + "attention.output.LayerNorm", width, true);
        tensors.linear(layer + "intermediate.dense", width, feedForward, true);
        tensors.linear(layer + "output.dense", feedForward, width, true);
        tensors.norm(layer + "output.LayerNorm", width, true);
    }

    private static void patches(JsonObject config, ModuleTensors tensors) {
        int width = size(config, WIDTH);
        int patch = size(config, "patch_size");
        long grid = size(config, "image_size") / patch;
        tensors.parameter("embeddings.position_embeddings", 1, grid * grid + 1, width);
        tensors.convolution(
                "embeddings.patch_embeddings.projection",
                size(config, "num_channels"),
                width,
                patch);
    }

    private static void imageAttention(String layer, int width, ModuleTensors tensors) {
        tensors.linear(layer + "attention.attention.query", width, width, true);
        tensors.linear(layer + "attention.attention.key", width, width, true);
        tensors.linear(layer + "attention.attention.value", width, width, true);
        tensors.linear(layer + "attention.output.dense", width, width, true);
    }
}
