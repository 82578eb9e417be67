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
            family("RoBERTa, XLM-RoBERTa, CamemBERT", ROBERTA, ROBERTA, "xlm-roberta", "camembert");

    /** data2vec for texts (Baevski et al., arXiv 2202.03555). */
    static final Architecture DATA2VEC = family("data2vec", "data2vec_text", "data2vec-text");

    private Roberta() {}

    private static Architecture family(String name, String base, String... types) {
        return new Architecture(
                name,
                List.of(types),
                Encoder.HEADS,
                Encoder.LAYERS,
                Traits.adapting("query", "value")
                        .withClassifier(ClassifierForm.dense(base, Activation.TANH))
                        .withPooler("pooler.dense")
                        // how many positions there are; the program below counts them so
                        .withPositions(Traits.Positions.AFTER_PADDING_TOKEN),
                (config, head) -> describe(base, config, head));
    }

    private static ProgramSpec describe(String base, ConfigReader given, ModelHead head)
            throws IOException {
        boolean english = given.string("model_type", ROBERTA).equals(ROBERTA);
        ConfigReader config = given.withDefaults(Map.of("vocab_size", english ? 50265 : 30522));
        return Bert.like(base, config, head)
                .put("positions_after_padding", true)
                .put("padding", config.integer("pad_token_id", 1))
                .put("head_activation", "torch.tanh")
                .build();
    }
}
