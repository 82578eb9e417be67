/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.gguf;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How llama.cpp names the linear layers of an architecture.
 *
 * @param name the architecture's name there
 * @param modules its names of the modules of a layer
 * @param pairs whether the rows of queries and keys are in another order there: features that turn
 *     together stand side by side
 */
record GgufFamily(String name, Map<String, String> modules, boolean pairs) {

    private static final Pattern LAYER = Pattern.compile("(?:.*\\.)?(?:layers|h)\\.(\\d+)\\.(.+)");

    private static final Map<String, String> LLAMA =
            Map.of(
                    "self_attn.q_proj", "attn_q",
                    "self_attn.k_proj", "attn_k",
                    "self_attn.v_proj", "attn_v",
                    "self_attn.o_proj", "attn_output",
                    "mlp.gate_proj", "ffn_gate",
                    "mlp.up_proj", "ffn_up",
                    "mlp.down_proj", "ffn_down");

    private static final Map<String, String> GPT2 =
            Map.of(
                    "attn.c_attn", "attn_qkv",
                    "attn.c_proj", "attn_output",
                    "mlp.c_fc", "ffn_up",
                    "mlp.c_proj", "ffn_down");

    private static final Map<String, String> PHI3 =
            Map.of(
                    "self_attn.qkv_proj", "attn_qkv",
                    "self_attn.o_proj", "attn_output",
                    "mlp.gate_up_proj", "ffn_up",
                    "mlp.down_proj", "ffn_down");

    private static final Map<String, GgufFamily> BY_MODEL_TYPE =
            Map.ofEntries(
                    Map.entry("llama", new GgufFamily("llama", LLAMA, true)),
                    Map.entry("mistral", new GgufFamily("llama", LLAMA, true)),
                    Map.entry("granite", new GgufFamily("granite", LLAMA, true)),
                    Map.entry("smollm3", new GgufFamily("smollm3", LLAMA, true)),
                    Map.entry("qwen2", new GgufFamily("qwen2", LLAMA, false)),
                    Map.entry("qwen3", new GgufFamily("qwen3", LLAMA, false)),
                    Map.entry("olmo2", new GgufFamily("olmo2", LLAMA, false)),
                    Map.entry("gemma2", new GgufFamily("gemma2", LLAMA, false)),
                    Map.entry("gemma3_text", new GgufFamily("gemma3", LLAMA, false)),
                    Map.entry("phi3", new GgufFamily("phi3", PHI3, false)),
                    Map.entry("gpt2", new GgufFamily("gpt2", GPT2, false)));

    /** Returns the family of a model; one that has no name here is refused. */
    static GgufFamily of(Optional<String> modelType) {
        GgufFamily family = modelType.map(BY_MODEL_TYPE::get).orElse(null);
        if (family == null) {
            List<String> known = BY_MODEL_TYPE.keySet().stream().sorted().toList();
            throw new IllegalArgumentException(
                    "An adapter of a model of type %s can't be written as GGUF; models of these can: %s"
                            .formatted(modelType.orElse("unknown"), String.join(", ", known)));
        }
        return family;
    }

    /** Returns the name of a module's weight; a module without a name there is refused. */
    String weight(String path) {
        Matcher matcher = LAYER.matcher(path);
        String module = matcher.matches() ? modules.get(matcher.group(2)) : null;
        if (module == null) {
            throw new IllegalArgumentException(
                    "Module %s can't be adapted in a GGUF file; train an adapter of the linear layers inside the model's layers"
                            .formatted(path));
        }
        return "blk.%s.%s.weight".formatted(matcher.group(1), module);
    }

    /** Tells how many heads a module's rows are those of, if these have another order there. */
    Optional<String> headsOfPairs(String path) {
        if (pairs && path.endsWith("q_proj")) {
            return Optional.of("num_attention_heads");
        }
        return pairs && path.endsWith("k_proj")
                ? Optional.of("num_key_value_heads")
                : Optional.empty();
    }
}
