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
 * ELECTRA (Clark et al., arXiv 2003.10555): BERT with embeddings of a size of their own, and a head
 * with a layer of its own in place of the pooler.
 */
final class Electra {

    static final Architecture ARCHITECTURE =
            new Architecture(
                    "ELECTRA",
                    List.of("electra"),
                    Encoder.HEADS,
                    Encoder.LAYERS,
                    Traits.adapting("query", "value")
                            .withClassifier(ClassifierForm.dense("electra", Activation.GELU)),
                    Electra::describe);

    private Electra() {}

    private static ProgramSpec describe(ConfigReader given, ModelHead head) throws IOException {
        ConfigReader config =
                given.withDefaults(
                        Map.of(
                                "embedding_size", 128,
                                "hidden_size", 256,
                                "intermediate_size", 1024,
                                "num_attention_heads", 4));
        int embeddingSize = config.size("embedding_size");
        return Bert.like("electra", config, head)
                .put("embedding_size", embeddingSize)
                .put("project", embeddingSize != config.size("hidden_size"))
                .put("head_activation", "torch.gelu")
                .build();
    }
}
