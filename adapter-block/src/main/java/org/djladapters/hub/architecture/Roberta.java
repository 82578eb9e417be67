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
 * RoBERTa (Liu et al., arXiv 1907.11692) and its relatives for French and for a hundred languages,
 * CamemBERT (1911.03894) and XLM-RoBERTa (1911.02116): BERT with positions that begin after the
 * padding token's number, and a head with a layer of its own in place of the pooler.
 */
final class Roberta {

    private static final String ROBERTA = "roberta";

    static final Architecture ARCHITECTURE =
            new Architecture(
                    "RoBERTa, XLM-RoBERTa, CamemBERT",
                    List.of(ROBERTA, "xlm-roberta", "camembert"),
                    Encoder.HEADS,
                    Encoder.LAYERS,
                    Traits.adapting("query", "value")
                            .withClassifier(ClassifierForm.dense(ROBERTA, Activation.TANH))
                            .withPooler("pooler.dense")
                            // how many positions there are; the program below counts them so
                            .withPositions(Traits.Positions.AFTER_PADDING_TOKEN),
                    Roberta::describe);

    private Roberta() {}

    private static ProgramSpec describe(ConfigReader given, ModelHead head) throws IOException {
        boolean english = given.string("model_type", ROBERTA).equals(ROBERTA);
        ConfigReader config = given.withDefaults(Map.of("vocab_size", english ? 50265 : 30522));
        return Bert.like(ROBERTA, config, head)
                .put("positions_after_padding", true)
                .put("padding", config.integer("pad_token_id", 1))
                .put("head_activation", "torch.tanh")
                .build();
    }
}
