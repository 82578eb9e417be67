/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.HeadConfig.Activation;

/** DistilBERT (Sanh et al., arXiv 1910.01108): BERT without token types and pooler. */
final class DistilBert {

    private static final List<String> LAYERS = List.of("num_hidden_layers", "n_layers");

    static final Architecture ARCHITECTURE =
            new Architecture(
                    "DistilBERT",
                    List.of("distilbert"),
                    Encoder.HEADS,
                    LAYERS,
                    Traits.adapting("q_lin", "v_lin")
                            .withClassifier(
                                    ClassifierForm.text(
                                            "distilbert", "pre_classifier", Activation.RELU)),
                    DistilBert::describe);

    private DistilBert() {}

    private static ProgramSpec describe(ConfigReader given, ModelHead head) throws IOException {
        // the epsilon is no option, and sinusoidal positions are in the checkpoint as learned ones
        ConfigReader config =
                given.withDefaults(
                        Map.of(
                                "vocab_size", 30522,
                                "max_position_embeddings", 512,
                                "n_layers", 6,
                                "n_heads", 12,
                                "dim", 768,
                                "hidden_dim", 3072));
        String layers = config.either(LAYERS);
        String width = config.either(List.of("hidden_size", "dim"));
        String heads = config.either(List.of("num_attention_heads", "n_heads"));
        return Encoder.describe("distilbert", "distilbert", config, head, width, heads)
                .put(ProgramSpec.LAYERS, config.size(layers))
                .put("intermediate_size", config.size("hidden_dim"))
                .put("eps", 1e-12)
                .put("activation", Activations.of(config, "activation", "gelu"))
                .unused(Encoder.COUNTERS)
                .build();
    }
}
