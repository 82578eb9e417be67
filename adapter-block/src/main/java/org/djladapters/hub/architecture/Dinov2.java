/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;
import org.djladapters.adapter.HeadConfig.Pooling;

/**
 * DINOv2 (Oquab et al., arXiv 2304.07193), also with registers (Darcet et al., arXiv 2309.16588):
 * images of any size, to which the embeddings of positions are fitted.
 */
final class Dinov2 {

    private static final String PLAIN = "dinov2";
    private static final String REGISTERED = "dinov2_with_registers";

    static final Architecture ARCHITECTURE =
            new Architecture(
                    "DINOv2",
                    List.of(PLAIN),
                    List.of(ModelHead.IMAGE),
                    Encoder.LAYERS,
                    Traits.adapting("query", "value")
                            .withClassifier(ClassifierForm.images(PLAIN, Pooling.CLS_MEAN)),
                    Dinov2::describe);

    /** The same with registers, whose heads and usual targets are not known elsewhere. */
    static final Architecture WITH_REGISTERS =
            new Architecture(
                    ARCHITECTURE.name(),
                    List.of(REGISTERED),
                    ARCHITECTURE.heads(),
                    Encoder.LAYERS,
                    Traits.UNKNOWN,
                    Dinov2::describe);

    private Dinov2() {}

    private static ProgramSpec describe(ConfigReader config, ModelHead head) throws IOException {
        String base = config.string("model_type", PLAIN);
        boolean registered = base.equals(REGISTERED);
        int hidden = config.size("hidden_size", 768);
        boolean gated = config.bool("use_swiglu_ffn", false);
        ImageGrid grid = ImageGrid.of(config, registered ? 16 : 14).requireSquare(config);
        return ProgramSpec.builder("dinov2", base, config, head)
                .put("base", base)
                .put(ProgramSpec.LAYERS, config.size("num_hidden_layers", 12))
                .put("hidden_size", hidden)
                .put("intermediate_size", width(config, hidden, gated))
                .put("gated", gated)
                .put("heads", config.heads("num_attention_heads", hidden, 12))
                .put("qkv", config.bool("qkv_bias", true) ? "Linear" : "LinearWithoutBias")
                .put("num_channels", config.size("num_channels", 3))
                .put("patch_height", grid.patchHeight())
                .put("patch_width", grid.patchWidth())
                .put("side", grid.rows())
                .put("tokens", grid.tokens())
                .put("registered", registered)
                .put("registers", registered ? config.size("num_register_tokens", 4) : 0)
                .put("eps", config.number("layer_norm_eps", 1e-6))
                .put("activation", Activations.of(config, "hidden_act", "gelu"))
                .pools(false)
                .unused("embeddings\\.mask_token")
                .build();
    }

    /** The features between the products of a layer, with a gate two thirds in multiples of 8. */
    private static int width(ConfigReader config, int hidden, boolean gated) throws IOException {
        int width = (int) (hidden * config.number("mlp_ratio", 4));
        if (width < 1) {
            throw config.wrong("mlp_ratio", "a positive number");
        }
        return gated ? (width * 2 / 3 + 7) / 8 * 8 : width;
    }
}
