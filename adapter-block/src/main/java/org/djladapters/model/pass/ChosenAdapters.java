/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.pass;

import ai.djl.ndarray.NDList;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.TargetModule;
import org.djladapters.surgery.Applied;
import org.djladapters.surgery.BaseModel;

/**
 * Adapters that a thread has chosen for passes without gradients of a base model, or a replica of
 * it: each is applied to all rows, or several to some rows each.
 */
final class ChosenAdapters implements AutoCloseable {

    private final BaseModel model;
    private final Map<String, Optional<Adapter>> adapters;
    private final Map<String, AdapterCache.Lease> leases = new LinkedHashMap<>();

    ChosenAdapters(
            BaseModel model,
            Map<String, Optional<Adapter>> adapters,
            AdapterCache cache,
            boolean trained) {
        this.model = model;
        this.adapters = adapters;
        try {
            adapters.forEach(
                    (name, adapter) ->
                            adapter.ifPresent(a -> leases.put(name, cache.lease(a, trained))));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    BaseModel model() {
        return model;
    }

    /** Returns all adapters, whatever the rows. */
    List<Adapter> adapters() {
        return adapters.values().stream().flatMap(Optional::stream).toList();
    }

    /** Returns the adapter of a name; none for the base model. */
    List<Adapter> adapters(String name) {
        return adapters.get(name).stream().toList();
    }

    /**
     * Plans which names have their rows in one pass: all whose adapters act on activations of
     * modules where rows can have transforms of their own; each of the others has a pass by itself.
     */
    List<List<String>> plan(ParameterStore store, NDList inputs) {
        List<List<String>> passes = new ArrayList<>();
        List<String> together = new ArrayList<>();
        if (adapters.size() > 1) {
            Set<TargetModule> modules =
                    model.rowModules().map(found -> found.find(store, inputs)).orElse(Set.of());
            // those of one form come together, since one product serves them all
            adapters.keySet().stream()
                    .filter(name -> fits(name, modules))
                    .sorted(Comparator.comparing(this::form))
                    .forEach(together::add);
        }
        if (!together.isEmpty()) {
            passes.add(together);
        }
        adapters.keySet().stream()
                .filter(name -> !together.contains(name))
                .forEach(name -> passes.add(List.of(name)));
        return passes;
    }

    private String form(String name) {
        return adapters.get(name).map(adapter -> adapter.config().toString()).orElse("");
    }

    private boolean fits(String name, Set<TargetModule> modules) {
        AdapterCache.Lease lease = leases.get(name);
        return lease == null
                || (lease.applied().weights().isEmpty()
                        && modules.containsAll(lease.applied().transforms().keySet()));
    }

    /** Applies one adapter to all rows; returns the mark of its state, empty for the base model. */
    Optional<Object> apply(String name) {
        AdapterCache.Lease lease = leases.get(name);
        model.apply(lease == null ? Applied.NOTHING : lease.applied());
        return Optional.ofNullable(lease).map(AdapterCache.Lease::mark);
    }

    /** Applies each of several adapters to as many rows as are counted for it, in their order. */
    void apply(Map<String, Integer> counts) {
        List<Applied.Rows> rows = new ArrayList<>();
        counts.forEach(
                (name, count) -> {
                    AdapterCache.Lease lease = leases.get(name);
                    rows.add(
                            new Applied.Rows(
                                    count,
                                    lease == null ? Map.of() : lease.applied().transforms()));
                });
        model.apply(Applied.rows(rows));
    }

    @Override
    public void close() {
        leases.values().forEach(AdapterCache.Lease::close);
    }
}
