/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.nn.Parameter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.model.pass.AdapterStates;

/**
 * The state of an adapted layer.
 *
 * @param kind what the module does
 * @param adapters the adapters that have a Block for it, in the order in which they were added
 */
public record LayerStatus(String path, WeightSpec.Kind kind, List<AdapterStatus> adapters) {

    /** Copies the list. */
    public LayerStatus {
        adapters = List.copyOf(adapters);
    }

    /** Describes a module, of which no adapter need have a Block. */
    static LayerStatus of(TargetModule module, AdapterStates states) {
        List<AdapterStatus> adapters =
                states.all().stream()
                        .filter(adapter -> adapter.targetModules().containsKey(module))
                        .map(
                                adapter ->
                                        AdapterStatus.of(
                                                adapter, states, parameters(adapter, module)))
                        .toList();
        return new LayerStatus(module.path(), module.kind(), adapters);
    }

    private static Collection<Parameter> parameters(Adapter adapter, TargetModule module) {
        return adapter.targetModules().get(module).getParameters().values();
    }

    @Override
    public String toString() {
        return adapters.stream()
                .map(AdapterStatus::toString)
                .collect(
                        Collectors.joining(
                                ", ",
                                path + " (" + kind.name().toLowerCase(Locale.ROOT) + "): ",
                                ""));
    }
}
