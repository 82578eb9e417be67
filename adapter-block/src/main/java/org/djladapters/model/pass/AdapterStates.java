/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.pass;

import ai.djl.nn.Parameter;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.TargetModule;

/**
 * The adapters of a model, those of them that are active or merged, and whether all are disabled.
 * Every change that is refused leaves everything as it was. Not safe for threads by itself.
 */
public final class AdapterStates {

    /** Stands for the base model among the names of adapters. */
    public static final String BASE = "__base__";

    private final Map<String, Adapter> adapters = new LinkedHashMap<>();
    private List<String> active = List.of();
    private List<String> merged = List.of();
    private int disabled;

    /** How often an adapter is kept, for those that are; the only thing that readers change. */
    private final Map<Adapter, Integer> keepers = new ConcurrentHashMap<>();

    /** Adapters that others have taken the place of, which live as long as they are kept. */
    private final Set<Adapter> retired = new HashSet<>();

    public Adapter get(String name) {
        Adapter adapter = adapters.get(name);
        if (adapter == null) {
            throw new IllegalArgumentException(
                    "There is no adapter '%s'; the model has %s"
                            .formatted(name, (adapters.isEmpty() ? "none" : adapters.keySet())));
        }
        return adapter;
    }

    /** Refuses an adapter that was released, even if another one has its name now. */
    public void requireSame(Adapter adapter) {
        if (!isThere(adapter) && !retired.contains(adapter)) {
            throw new IllegalStateException(
                    "Adapter '%s' was deleted or replaced since it was opened; open it again"
                            .formatted(adapter.name()));
        }
    }

    private boolean isThere(Adapter adapter) {
        return adapters.get(adapter.name()) == adapter;
    }

    /** Lets an adapter live, even if another one takes its place, as often as it is kept. */
    public Adapter keep(Adapter adapter) {
        requireSame(adapter);
        keepers.merge(adapter, 1, Integer::sum);
        return adapter;
    }

    /** Returns whether the adapter is needed no more, neither in its place nor by others. */
    public boolean endKeeping(Adapter adapter) {
        keepers.computeIfPresent(adapter, (kept, times) -> times == 1 ? null : times - 1);
        return !keepers.containsKey(adapter) && retired.contains(adapter);
    }

    /** Takes out an adapter that is needed no more; returns whether the caller is to close it. */
    public boolean removeRetired(Adapter adapter) {
        return retired.remove(adapter);
    }

    public List<Adapter> get(List<String> names) {
        return names.stream().map(this::get).toList();
    }

    public List<String> names() {
        return List.copyOf(adapters.keySet());
    }

    public List<String> active() {
        return active;
    }

    public List<String> merged() {
        return merged;
    }

    public boolean isDisabled() {
        return disabled > 0;
    }

    /** Returns the adapters that predictions use now, in the order in which they act. */
    public List<Adapter> effective() {
        if (disabled > 0) {
            return List.of();
        }
        return get(merged.isEmpty() ? active : merged);
    }

    /** Tells whether predictions show adapters that are merged. */
    public boolean showsMerged() {
        return disabled == 0 && !merged.isEmpty();
    }

    /** Adds an adapter; the first one becomes active. */
    public void add(Adapter adapter) {
        requireFree(adapter.name());
        adapters.put(adapter.name(), adapter);
        if (adapters.size() == 1) {
            active = List.of(adapter.name());
        }
    }

    /** Refuses what can't be the name of an adapter. */
    public static void requireName(String name) {
        if (name.equals(BASE)) {
            throw new IllegalArgumentException(
                    "'%s' stands for the base model; choose another name for the adapter"
                            .formatted(BASE));
        }
        if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*")) {
            throw new IllegalArgumentException(
                    "'%s' can't be the name of an adapter; use letters, digits, '.', '_' and '-', not beginning with '.' or '-'"
                            .formatted(name));
        }
    }

    public void requireFree(String name) {
        if (adapters.containsKey(name)) {
            throw new IllegalArgumentException(
                    "There is an adapter '" + name + "' already; delete it or choose another name");
        }
    }

    public void activate(List<String> names) {
        requireOneHead(get(names));
        if (Set.copyOf(names).size() < names.size()) {
            throw new IllegalArgumentException(
                    "An adapter can be active only once, but in " + names + " one is named twice");
        }
        requireNoneMerged("others are activated");
        active = List.copyOf(names);
    }

    /** Takes an adapter out, which the caller closes. */
    public Adapter remove(String name) {
        requireUnmerged(name, "deleted");
        active = active.stream().filter(other -> !other.equals(name)).toList();
        Adapter removed = adapters.remove(name);
        keepers.remove(removed);
        return removed;
    }

    /** Puts an adapter in the place of another; returns that one to be closed if not kept. */
    public Optional<Adapter> replace(Adapter adapter) {
        requireUnmerged(adapter.name(), "replaced");
        requireOneHead(
                active.stream()
                        .map(name -> name.equals(adapter.name()) ? adapter : get(name))
                        .toList());
        Adapter before = adapters.replace(adapter.name(), adapter);
        // those that are kept don't hold all that came between
        retired.stream()
                .filter(kept -> kept.latest() == before)
                .forEach(kept -> kept.setSuccessor(adapter));
        before.setSuccessor(adapter);
        if (keepers.containsKey(before)) {
            retired.add(before);
            return Optional.empty();
        }
        return Optional.of(before);
    }

    /** Closes and takes out all adapters, merged and kept ones too. */
    public void clear() {
        adapters.values().forEach(Adapter::close);
        adapters.clear();
        retired.forEach(Adapter::close);
        retired.clear();
        keepers.clear();
        active = List.of();
        merged = List.of();
    }

    /** Returns what would be merged if others were merged after the merged adapters. */
    public List<String> afterMerging(List<String> names) {
        Set<String> all = new LinkedHashSet<>(merged);
        all.addAll(names);
        if (all.isEmpty()) {
            throw new IllegalStateException(
                    "No adapter is active, so there is nothing to merge; name an adapter");
        }
        requireOneHead(get(List.copyOf(all)));
        return List.copyOf(all);
    }

    /**
     * Refuses adapters that can't be active together, since each has what a model has only once: a
     * head, or a module of the base model that it trains in full.
     */
    public static void requireOneHead(List<Adapter> together) {
        Map<String, String> owners = new LinkedHashMap<>();
        for (Adapter adapter : together) {
            Set<String> replaced = new LinkedHashSet<>(adapter.savedModules().keySet());
            if (adapter.head() != null) {
                replaced.add("a head");
            }
            for (String part : replaced) {
                String other = owners.put(part, adapter.name());
                if (other != null) {
                    throw new IllegalStateException(
                            "Adapters '%s' and '%s' can't be active together, since each has %s of its own; use one of them at a time, or choose an adapter for each row"
                                    .formatted(other, adapter.name(), part));
                }
            }
        }
        together.forEach(adapter -> requireOwnSize(adapter, together));
    }

    /** Refuses others that adapt a layer of which an adapter has changed the size. */
    private static void requireOwnSize(Adapter resizing, List<Adapter> together) {
        Set<String> resized = resizing.resized();
        for (Adapter other : together) {
            for (TargetModule module : other.targetModules().keySet()) {
                if (resized.contains(module.parameter())) {
                    throw new IllegalStateException(
                            "Adapters '%s' and '%s' can't be active together, since the former has %s in another size than the latter adapts; use one of them at a time"
                                    .formatted(resizing.name(), other.name(), module.path()));
                }
            }
        }
    }

    public void setMerged(List<String> names) {
        merged = names;
    }

    /** Takes adapters out of the merged ones, all if none is named. */
    public void unmerge(List<String> names) {
        for (Adapter adapter : get(names)) {
            if (!merged.contains(adapter.name())) {
                throw new IllegalStateException(
                        "Adapter '%s' is not merged; %s"
                                .formatted(
                                        adapter.name(),
                                        (merged.isEmpty() ? "none is" : merged + " are")));
            }
        }
        boolean all = names.isEmpty();
        merged = merged.stream().filter(m -> !all && !names.contains(m)).toList();
    }

    public void disable() {
        disabled++;
    }

    public void enable() {
        disabled--;
    }

    /** Refuses what can't be done to one adapter while it is merged. */
    public void requireUnmerged(String name, String done) {
        get(name);
        if (merged.contains(name)) {
            throw new IllegalStateException(
                    "Adapter '" + name + "' is merged; unmerge it before it is " + done);
        }
    }

    /** Refuses what can't be done while any adapter is merged. */
    public void requireNoneMerged(String before) {
        if (!merged.isEmpty()) {
            throw new IllegalStateException(
                    "Adapters " + merged + " are merged; unmerge them before " + before);
        }
    }

    /** Refuses what can't be done while adapters are disabled. */
    public void requireEnabled(String before) {
        if (disabled > 0) {
            throw new IllegalStateException("Adapters are disabled; enable them before " + before);
        }
    }

    /** Refuses training that would change nothing, with the reason. */
    public void requireTrainable() {
        requireNoneMerged("training");
        requireEnabled("training");
        if (active.isEmpty()) {
            throw new IllegalStateException(
                    adapters.isEmpty()
                            ? "The model has no adapters, so there is nothing to train; add one"
                            : "No adapter is active, so there is nothing to train; activate one of "
                                    + adapters.keySet());
        }
        List<Parameter> parameters =
                get(active).stream().flatMap(a -> a.parameters().values().stream()).toList();
        if (parameters.stream().noneMatch(Parameter::requiresGradient)) {
            throw new IllegalStateException(
                    "Of the active adapters "
                            + active
                            + (parameters.isEmpty()
                                    ? " none has parameters to train; choose another method, a head"
                                            + " or modules to save"
                                    : " all parameters are frozen, so there is nothing to train;"
                                            + " unfreeze them with freezeParameters(false)"));
        }
    }

    /** Returns all adapters in the order in which they were added. */
    public Collection<Adapter> all() {
        return adapters.values();
    }
}
