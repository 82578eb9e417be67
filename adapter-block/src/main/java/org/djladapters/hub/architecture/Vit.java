/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;
import org.djladapters.adapter.HeadConfig.Pooling;

/** ViT (Dosovitskiy et al., arXiv 2010.11929): images as patches, for one size of images. */
final class Vit {

    static final Architecture ARCHITECTURE =
            new Architecture(
                    "ViT",
                    List.of("vit"),
                    List.of(ModelHead.IMAGE),
                    Encoder.LAYERS,
                    Traits.adapting("query", "value")
                            .withClassifier(ClassifierForm.images("vit", Pooling.CLS))
                            .withPooler("pooler.dense")
                            .withOneImageSize(),
                    Vit::describe);

    private Vit() {}

    private static ProgramSpec describe(ConfigReader config, ModelHead head) throws IOException {
        int hidden = config.size("hidden_size", 768);
        ImageGrid grid = ImageGrid.of(config, 16);
        return ProgramSpec.builder("vit", "vit", config, head)
                .put(ProgramSpec.LAYERS, config.size("num_hidden_layers", 12))
                .put("hidden_size", hidden)
                .put("intermediate_size", config.size("intermediate_size", 3072))
                .put("heads", config.heads("num_attention_heads", hidden, 12))
                .put("qkv", config.bool("qkv_bias", true) ? "Linear" : "LinearWithoutBias")
                .put("num_channels", config.size("num_channels", 3))
                .put("image_height", grid.height())
                .put("image_width", grid.width())
                .put("patch_height", grid.patchHeight())
                .put("patch_width", grid.patchWidth())
                .put("tokens", grid.tokens())
                .put("eps", config.number("layer_norm_eps", 1e-12))
                .put("activation", Activations.of(config, "hidden_act", "gelu"))
                .pools(head == ModelHead.NONE && poolsByTanh(config, hidden))
                .unused("pooler\\..*|embeddings\\.mask_token")
                .build();
    }

    /** The pooler is that of BERT unless a configuration says otherwise; others are left out. */
    private static boolean poolsByTanh(ConfigReader config, int hidden) throws IOException {
        return config.string("pooler_act", "tanh").equals("tanh")
                && config.size("pooler_output_size", hidden) == hidden;
    }
}
