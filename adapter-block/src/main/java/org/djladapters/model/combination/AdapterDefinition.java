/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.combination;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.model.AdapterRegistry;

/**
 * An adapter to be made of others.
 *
 * @param factory makes the Blocks for weights
 * @param values sets the parameters of the Block of every target module
 * @param pattern the adapter of which it has the head and whatever else trains besides the Blocks
 */
record AdapterDefinition(
        AdapterConfig config,
        Function<List<WeightSpec>, List<WeightAdapter>> factory,
        Map<TargetModule, Consumer<WeightAdapter>> values,
        Adapter pattern) {

    Adapter add(AdapterRegistry registry, String name) {
        HeadConfig head = pattern.headConfig().orElse(null);
        return registry.add(name, config, head, factory, made -> fill(made));
    }

    private void fill(Adapter adapter) {
        if (!adapter.targetModules().keySet().equals(values.keySet())) {
            throw new IllegalArgumentException(
                    "One adapter trains modules in full that another one adapts; combine"
                            + " adapters that do the same with a module");
        }
        adapter.targetModules()
                .forEach((targetModule, block) -> values.get(targetModule).accept(block));
        adapter.copyRestFrom(pattern);
    }
}
