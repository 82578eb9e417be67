/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.HeadConfig.Activation;

/**
 * MPNet (Song et al., arXiv 2004.09297): attention with a part that depends on distances, the same
 * in all layers; the encoder of all-mpnet-base.
 */
final class MpNet {

    /** The kinds of distances that the program tells apart, whatever the configuration says. */
    private static final int BUCKETS = 32;

    static final Architecture ARCHITECTURE =
            new Architecture(
                    "MPNet",
                    List.of("mpnet"),
                    Encoder.HEADS,
                    Encoder.LAYERS,
                    Traits.adapting("attn.q", "attn.v")
                            .withClassifier(ClassifierForm.dense("mpnet", Activation.TANH))
                            .withPooler("pooler.dense")
                            .withPositions(Traits.Positions.FROM_TWO),
                    MpNet::describe);

    private MpNet() {}

    private static ProgramSpec describe(ConfigReader given, ModelHead head) throws IOException {
        ConfigReader config =
                given.withDefaults(
                        Map.of(
                                "vocab_size", 30527,
                                "hidden_size", 768,
                                "intermediate_size", 3072,
                                "num_hidden_layers", 12,
                                "num_attention_heads", 12,
                                "max_position_embeddings", 512,
                                "relative_attention_num_buckets", BUCKETS));
        int buckets = config.size("relative_attention_num_buckets");
        if (buckets < BUCKETS) {
            throw config.refused(
                    "relative_attention_num_buckets", "distances of %d kinds".formatted(BUCKETS));
        }
        return Encoder.describe(
                        "mpnet", "mpnet", config, head, "hidden_size", "num_attention_heads")
                .put(ProgramSpec.LAYERS, config.size("num_hidden_layers"))
                .put("intermediate_size", config.size("intermediate_size"))
                .put("buckets", buckets)
                // the configuration's pad_token_id has no say in this
                .put("padding", 1)
                .put("eps", config.number("layer_norm_eps", 1e-12))
                .put("activation", Activations.of(config, "hidden_act", "gelu"))
                .pools(head == ModelHead.NONE)
                .unused("pooler\\..*|" + Encoder.COUNTERS)
                .build();
    }
}
