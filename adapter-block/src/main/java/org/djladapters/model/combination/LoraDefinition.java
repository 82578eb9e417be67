/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.combination;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.lora.LoraAdapter;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.adapter.lora.LoraTerm;

/** Describes plain LoRA adapters that add given terms to weights. */
final class LoraDefinition {

    private LoraDefinition() {}

    /**
     * Describes an adapter.
     *
     * @param terms what it adds, with a bias where a bias changes
     * @param targets targets that select the target modules
     * @param pattern the adapter of which it has the head and whatever else trains
     */
    static AdapterDefinition of(
            Map<TargetModule, LoraTerm> terms, Targets targets, Adapter pattern) {
        LoraConfig config = config(terms, targets, pattern);
        Map<TargetModule, Consumer<WeightAdapter>> values = new LinkedHashMap<>();
        terms.forEach(
                (targetModule, term) ->
                        values.put(targetModule, block -> ((LoraAdapter) block).set(term)));
        // sums may have more rank than a weight
        return new AdapterDefinition(config, config::adaptersForCheckpoint, values, pattern);
    }

    private static LoraConfig config(
            Map<TargetModule, LoraTerm> terms, Targets targets, Adapter pattern) {
        int rank = terms.values().stream().map(LoraTerm::rank).max(Comparator.naturalOrder()).get();
        Map<String, Integer> ranks = new LinkedHashMap<>();
        Map<String, Double> alphas = new LinkedHashMap<>();
        terms.forEach(
                (targetModule, term) -> {
                    if (term.rank() != rank) {
                        String only = "^" + targetModule.path().replace(".", "\\.");
                        ranks.put(only, term.rank());
                        alphas.put(only, (double) term.rank());
                    }
                });
        return LoraConfig.builder()
                .optRank(rank)
                .optAlpha(rank)
                .optRankPattern(ranks)
                .optAlphaPattern(alphas)
                .optLoraBias(changesBiases(terms))
                .optTargets(targets)
                .optModulesToSave(pattern.config().modulesToSave())
                .optBias(pattern.config().bias())
                .build();
    }

    private static boolean changesBiases(Map<TargetModule, LoraTerm> terms) {
        TargetModule changed = null;
        TargetModule unbiased = null;
        for (Map.Entry<TargetModule, LoraTerm> entry : terms.entrySet()) {
            WeightSpec weight = entry.getKey().weight();
            changed = entry.getValue().bias() == null ? changed : entry.getKey();
            boolean biased = weight.biased() && weight.kind() != WeightSpec.Kind.EMBEDDING;
            unbiased = biased ? unbiased : entry.getKey();
        }
        if (changed != null && unbiased != null) {
            throw new IllegalArgumentException(
                    "LoRA changes the biases of all its modules or of none, but here that of %s changes while %s has none; adapt these modules with different adapters"
                            .formatted(changed.path(), unbiased.path()));
        }
        return changed != null;
    }
}
