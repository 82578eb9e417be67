/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.combination;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.lora.LoraAdapter;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.adapter.lora.LoraTerm;
import org.djladapters.model.AdaptedModel;

/** Adds up LoRA adapters weight by weight. */
final class LoraCombination {

    private final WeightedAdapters weighted;
    private final Combination how;

    LoraCombination(WeightedAdapters weighted, Combination how) {
        this.weighted = weighted;
        this.how = how;
        weighted.adapters().forEach(this::requirePlain);
        if (how.kind() == Combination.Kind.LINEAR) {
            weighted.adapters().forEach(LoraCombination::requireNothingTaken);
        }
    }

    private void requirePlain(Adapter adapter) {
        if (!(adapter.config() instanceof LoraConfig lora)) {
            throw new IllegalArgumentException(
                    "Adapter '%s' is of the method %s, but %s combines LoRA adapters; convert it to LoRA first"
                            .formatted(adapter.name(), adapter.config().method(), how));
        }
        if (lora.dora()) {
            throw new IllegalArgumentException(
                    "Adapter '%s' uses DoRA, whose norms can't be added up; convert it to LoRA first"
                            .formatted(adapter.name()));
        }
    }

    /** Refuses adapters whose sums of A and of B would mix what was taken out of the weights. */
    private static void requireNothingTaken(Adapter adapter) {
        LoraConfig lora = (LoraConfig) adapter.config();
        if (lora.init().takesFromWeight()) {
            throw new IllegalArgumentException(
                    "Adapter '%s' starts from its weights (%s), so a linear combination is not a mean of what adapters do; combine them by cat or svd"
                            .formatted(adapter.name(), lora.init()));
        }
    }

    AdapterDefinition make(AdaptedModel model, NDManager scope) {
        Map<TargetModule, LoraTerm> combined = new LinkedHashMap<>();
        for (TargetModule targetModule : model.targetModules()) {
            List<LoraTerm> terms = terms(targetModule, scope);
            if (!terms.isEmpty()) {
                combined.put(targetModule, combined(targetModule, terms, scope));
            }
        }
        Targets targets = targets(model, combined.keySet());
        return LoraDefinition.of(combined, targets, weighted.pattern());
    }

    private List<LoraTerm> terms(TargetModule targetModule, NDManager scope) {
        List<LoraTerm> terms = new ArrayList<>();
        for (int i = 0; i < weighted.adapters().size(); i++) {
            if (weighted.adapters().get(i).targetModules().get(targetModule)
                    instanceof LoraAdapter lora) {
                terms.add(lora.term(scope).times(weighted.weights().get(i)));
            }
        }
        return terms;
    }

    private LoraTerm combined(TargetModule targetModule, List<LoraTerm> terms, NDManager scope) {
        return switch (how.kind()) {
            case LINEAR -> {
                requireEqualRanks(targetModule, terms);
                yield LoraTerm.blended(terms);
            }
            case SVD -> LoraTerm.nearest(terms, how.rank(), scope);
            case CAT -> LoraTerm.concatenated(terms);
            case GEODESIC -> throw new IllegalStateException("A geodesic is not a sum");
        };
    }

    private static void requireEqualRanks(TargetModule targetModule, List<LoraTerm> terms) {
        List<Integer> ranks = terms.stream().map(LoraTerm::rank).toList();
        if (Set.copyOf(ranks).size() > 1) {
            throw new IllegalArgumentException(
                    "Module %s: the adapters have the ranks %s, but a linear combination needs equal ones; combine them by cat or svd"
                            .formatted(targetModule.path(), ranks));
        }
    }

    /** Returns targets that select these modules: those of an adapter, or their paths. */
    private Targets targets(AdaptedModel model, Set<TargetModule> targetModules) {
        Set<Adapter> candidates = new LinkedHashSet<>(List.of(weighted.pattern()));
        candidates.addAll(weighted.adapters());
        return candidates.stream()
                .filter(adapter -> adapter.targetModules().keySet().equals(targetModules))
                .findFirst()
                .map(adapter -> adapter.config().targets())
                .orElseGet(() -> listed(model, targetModules));
    }

    private Targets listed(AdaptedModel model, Set<TargetModule> targetModules) {
        List<String> paths = targetModules.stream().map(TargetModule::path).toList();
        Targets listed = reaching(Targets.of(paths.toArray(new String[0])));
        if (Set.copyOf(model.targetModules(listed)).equals(targetModules)) {
            return listed;
        }
        // one is the end of another path, such as fc
        String regex =
                paths.stream().map(p -> p.replace(".", "\\.")).collect(Collectors.joining("|"));
        return reaching(Targets.builder().optRegex(regex).build());
    }

    /** Makes targets reach a pooler where one of the adapters does. */
    private Targets reaching(Targets targets) {
        boolean pooler =
                weighted.adapters().stream().anyMatch(a -> a.config().targets().hasPooler());
        return pooler ? targets.withPooler() : targets;
    }
}
