/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;

/**
 * DINOv3 (Siméoni et al., arXiv 2508.10104) with the layers of ViT: images of any size, whose
 * patches have rotary positions.
 */
final class Dinov3 {

    private static final String BASE = "dinov3_vit";
    private static final String HEADS = "num_attention_heads";

    static final Architecture ARCHITECTURE =
            new Architecture(
                    "DINOv3",
                    List.of(BASE),
                    List.of(),
                    Encoder.LAYERS,
                    Traits.adapting("q_proj", "v_proj"),
                    Dinov3::describe);

    private Dinov3() {}

    private static ProgramSpec describe(ConfigReader config, ModelHead head) throws IOException {
        int hidden = config.size("hidden_size", 384);
        int heads = config.heads(HEADS, hidden, 6);
        if (hidden / heads % 4 != 0) {
            throw config.wrong(HEADS, "a number of heads with a multiple of 4 features");
        }
        ImageGrid grid = ImageGrid.of(config, 16).requireSquare(config);
        int registers = config.integer("num_register_tokens", 0);
        return ProgramSpec.builder("dinov3", BASE, config, head)
                .put(ProgramSpec.LAYERS, config.size("num_hidden_layers", 12))
                .put("hidden_size", hidden)
                .put("intermediate_size", config.size("intermediate_size", 1536))
                .put("gated", config.bool("use_gated_mlp", false))
                .put("fused", false)
                .put("heads", heads)
                .put("head_size", hidden / heads)
                .put("query", layer(config, "query_bias", true))
                .put("key", layer(config, "key_bias", false))
                .put("value", layer(config, "value_bias", true))
                .put("output", layer(config, "proj_bias", true))
                .put("mlp", layer(config, "mlp_bias", true))
                .put("num_channels", config.size("num_channels", 3))
                .put("patch_height", grid.patchHeight())
                .put("patch_width", grid.patchWidth())
                .put("registered", registers > 0)
                .put("registers", registers)
                .put("theta", config.positive("rope_theta", 100))
                .put("eps", config.number("layer_norm_eps", 1e-5))
                .put("activation", Activations.of(config, "hidden_act", "gelu"))
                .unused("embeddings\\.(mask_token|register_tokens)|rope_embeddings\\.inv_freq")
                .build();
    }

    private static String layer(ConfigReader config, String key, boolean absent)
            throws IOException {
        return config.bool(key, absent) ? "Linear" : "LinearWithoutBias";
    }
}
