/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

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
import org.djladapters.surgery.BaseModel;
import org.djladapters.surgery.Placements;

/**
 * Passes without gradients of one base model, or a replica of it, in which single adapters are
 * placed, for all rows or each for some of them.
 */
final class RowPasses implements AutoCloseable {

    private final BaseModel model;
    private final Map<String, Optional<Adapter>> adapters;
    private final Map<String, AdapterPlacements.Lease> leases = new LinkedHashMap<>();

    /**
     * Leases what adapters place.
     *
     * @param adapters the adapters by name, empty for the base model
     * @param trained whether an optimizer may have changed their parameters
     */
    RowPasses(
            BaseModel model,
            Map<String, Optional<Adapter>> adapters,
            AdapterPlacements placements,
            boolean trained) {
        this.model = model;
        this.adapters = adapters;
        try {
            adapters.forEach(
                    (name, adapter) ->
                            adapter.ifPresent(a -> leases.put(name, placements.lease(a, trained))));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    BaseModel model() {
        return model;
    }

    /** All adapters, whatever the rows. */
    List<Adapter> adapters() {
        return adapters.values().stream().flatMap(Optional::stream).toList();
    }

    /** The adapter of a name; none for the base model. */
    List<Adapter> adapters(String name) {
        return adapters.get(name).stream().toList();
    }

    /**
     * Says which names have their rows in one pass: all whose adapters act on activations of
     * modules where rows can have transforms of their own; each of the others has a pass by itself.
     *
     * @param inputs the batch
     */
    List<List<String>> plan(ParameterStore store, NDList inputs) {
        List<List<String>> passes = new ArrayList<>();
        List<String> together = new ArrayList<>();
        if (adapters.size() > 1) {
            Set<TargetModule> modules = model.rowModules(store, inputs);
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
        AdapterPlacements.Lease lease = leases.get(name);
        return lease == null
                || (lease.placements().weights().isEmpty()
                        && modules.containsAll(lease.placements().transforms().keySet()));
    }

    /** Places what belongs to one name for all rows, and returns what stands for that. */
    Optional<Object> place(String name) {
        AdapterPlacements.Lease lease = leases.get(name);
        model.assign(lease == null ? Placements.NONE : lease.placements());
        return Optional.ofNullable(lease).map(AdapterPlacements.Lease::mark);
    }

    /**
     * Places what belongs to each of several names for its rows.
     *
     * @param counts the numbers of rows by name, in the order of the batch
     */
    void place(Map<String, Integer> counts) {
        List<Placements.Rows> rows = new ArrayList<>();
        counts.forEach(
                (name, count) -> {
                    AdapterPlacements.Lease lease = leases.get(name);
                    rows.add(
                            new Placements.Rows(
                                    count,
                                    lease == null ? Map.of() : lease.placements().transforms()));
                });
        model.assign(Placements.of(rows));
    }

    @Override
    public void close() {
        leases.values().forEach(AdapterPlacements.Lease::close);
    }
}
