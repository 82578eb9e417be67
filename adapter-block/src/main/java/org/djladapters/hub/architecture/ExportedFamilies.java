/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import static java.util.Map.entry;
import static org.djladapters.hub.architecture.Traits.adapting;

import java.util.Map;
import org.djladapters.hub.architecture.Traits.Positions;

/** Families that no program here computes, and of which exports to TorchScript are known. */
final class ExportedFamilies {

    /** Their traits by {@code model_type}. */
    static final Map<String, Traits> TRAITS =
            Map.ofEntries(
                    entry("bart", adapting("q_proj", "v_proj")),
                    entry("beit", adapting("query", "value").withOneImageSize()),
                    entry("blip-2", adapting("q", "v", "q_proj", "v_proj")),
                    entry("bloom", adapting("query_key_value")),
                    entry("btlm", adapting("c_proj", "c_attn")),
                    entry("chatglm", adapting("query_key_value")),
                    entry("codegen", adapting("qkv_proj")),
                    entry("deit", adapting("query", "value").withOneImageSize()),
                    entry("falcon", adapting("query_key_value")),
                    entry("gemma", adapting("q_proj", "v_proj")),
                    entry("gpt_bigcode", adapting("c_attn")),
                    entry("gpt_neo", adapting("q_proj", "v_proj")),
                    entry("gpt_neox", adapting("query_key_value")),
                    entry("gptj", adapting("q_proj", "v_proj")),
                    entry("layoutlm", adapting("query", "value")),
                    entry("llama4", adapting("q_proj", "v_proj")),
                    entry("longformer", adapting().withPositions(Positions.AFTER_PADDING_TOKEN)),
                    entry("mixtral", adapting("q_proj", "v_proj")),
                    entry("mpt", adapting("Wqkv")),
                    entry("opt", adapting("q_proj", "v_proj")),
                    entry("phi", adapting("q_proj", "v_proj", "fc1", "fc2")),
                    entry("RefinedWeb", adapting("query_key_value")),
                    entry("RefinedWebModel", adapting("query_key_value")),
                    entry("stablelm", adapting("q_proj", "v_proj")),
                    entry(
                            "xlm-roberta-xl",
                            adapting("query", "value")
                                    .withPositions(Positions.AFTER_PADDING_TOKEN)));

    private ExportedFamilies() {}
}
