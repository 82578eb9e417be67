/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.rotation.Tape;

/**
 * The adapters of a pass on tapes, as far as they can be: for a training pass from before it runs
 * until its gradients are computed. It owns what the tapes need for that.
 */
final class TapedPass implements AutoCloseable {

    private final NDManager owner;
    private final Map<Tape, List<String>> tapes = new LinkedHashMap<>();
    private Map<String, List<Host.Kept>> passages = Map.of();

    /** Puts the adapters on tapes that the tapes, the sockets and the types of weights allow. */
    TapedPass(List<Adapter> adapters, Host host, ParameterStore store) {
        owner = host.manager().newSubManager();
        try {
            Map<WeightAdapter, String> paths = new LinkedHashMap<>();
            Map<WeightAdapter, NDArray> weights = new LinkedHashMap<>();
            candidates(adapters)
                    .forEach(
                            (site, block) -> {
                                paths.put(block, site.path());
                                weights.put(block, host.parameters().get(site.parameter()));
                            });
            WeightAdapter.tapes(weights, store, owner)
                    .forEach(
                            (tape, blocks) ->
                                    tapes.put(tape, blocks.stream().map(paths::get).toList()));
        } catch (RuntimeException e) {
            owner.close();
            throw e;
        }
    }

    /** The sites that one adapter has for itself and whose sockets take weights. */
    private static Map<Site, WeightAdapter> candidates(List<Adapter> adapters) {
        Map<Site, WeightAdapter> candidates = new LinkedHashMap<>();
        for (Adapter adapter : adapters) {
            adapter.sites()
                    .forEach(
                            (site, block) -> {
                                if (isAlone(site, adapter, adapters) && site.takesTape()) {
                                    candidates.put(site, block);
                                }
                            });
        }
        return candidates;
    }

    private static boolean isAlone(Site site, Adapter adapter, List<Adapter> adapters) {
        return adapter.config().moduleDropout() == 0
                && adapters.stream()
                        .noneMatch(
                                other ->
                                        other.savedModules().containsKey(site.parameter())
                                                || (other != adapter
                                                        && other.sites().containsKey(site)));
    }

    /** What is plugged, by the paths of sites. */
    Map<String, Plug.Taped> plugged() {
        Map<String, Plug.Taped> plugged = new HashMap<>();
        tapes.forEach(
                (tape, paths) -> {
                    for (int i = 0; i < paths.size(); i++) {
                        Tape.Layer layer = tape.layers().get(i);
                        plugged.put(paths.get(i), new Plug.Taped(layer, tape.keepsInputs()));
                    }
                });
        return plugged;
    }

    /**
     * Takes over what the pass left behind.
     *
     * @return false if the model has changed that in place, so that it is useless
     */
    boolean complete(Host host) {
        Optional<Map<String, List<Host.Kept>>> found = host.passages(owner);
        found.ifPresent(kept -> passages = kept);
        return found.isPresent();
    }

    /**
     * Computes gradients after a backward pass.
     *
     * @return false if the backward pass has not been through this pass
     */
    boolean backward() {
        boolean reached = false;
        try (NDManager scope = owner.newSubManager()) {
            for (Map.Entry<Tape, List<String>> entry : tapes.entrySet()) {
                reached |= entry.getKey().backward(passages(entry.getValue()), scope);
            }
        }
        return reached;
    }

    private List<Tape.Passage> passages(List<String> paths) {
        List<Tape.Passage> all = new ArrayList<>();
        for (int i = 0; i < paths.size(); i++) {
            for (Host.Kept kept : passages.getOrDefault(paths.get(i), List.of())) {
                all.add(new Tape.Passage(i, kept.kept(), kept.sums()));
            }
        }
        return all;
    }

    @Override
    public void close() {
        owner.close();
    }
}
