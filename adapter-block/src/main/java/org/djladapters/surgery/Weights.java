/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.rotation.CompoundKernel;
import org.djladapters.rotation.WeightTransform;

/** Computes what adapters put in the place of a base's weights. */
final class Weights {

    private final Host host;
    private final Map<String, NDArray> base;

    Weights(Host host) {
        this.host = host;
        base = host.parameters();
    }

    /** Transformed weights for inference, which live until they are closed. */
    record Assignment(Plug plug, NDManager manager) implements AutoCloseable {

        @Override
        public void close() {
            manager.close();
        }
    }

    /**
     * Transforms with gradients: in the sockets of sites that have one, on the weights of the
     * others; saved modules as they are.
     */
    Plug trainingPlug(List<Adapter> adapters, ParameterStore store, NDManager scope) {
        Map<Site, List<WeightTransform>> transforms = transforms(adapters, store, scope, true);
        Map<String, WeightTransform> sockets = new HashMap<>();
        Map<Site, List<WeightTransform>> throughWeight = new LinkedHashMap<>();
        transforms.forEach(
                (site, chain) -> {
                    if (site.socket()) {
                        sockets.put(
                                site.path(),
                                CompoundKernel.compose(chain, site.weight().features(), scope));
                    } else {
                        throughWeight.put(site, chain);
                    }
                });
        Map<String, NDArray> weights = new HashMap<>(transformed(throughWeight, base, scope));
        for (Adapter adapter : adapters) {
            adapter.savedModules()
                    .forEach(
                            (name, parameter) ->
                                    weights.put(
                                            name,
                                            store.getValue(parameter, scope.getDevice(), true)));
        }
        return new Plug(weights, sockets);
    }

    /**
     * Transformed weights without gradients.
     *
     * @throws IllegalStateException if a result must be finite and is not
     */
    Assignment assignment(List<Adapter> adapters, boolean onlyFinite) {
        NDManager owner = host.manager().newSubManager();
        try (NDManager scope = owner.newSubManager()) {
            ParameterStore store = new ParameterStore(scope, false);
            Map<String, NDArray> weights = new HashMap<>();
            for (Adapter adapter : adapters) {
                for (Map.Entry<String, Parameter> saved : adapter.savedModules().entrySet()) {
                    NDArray copy = saved.getValue().getArray().stopGradient().duplicate();
                    copy.attach(owner);
                    weights.put(saved.getKey(), copy);
                }
            }
            Map<Site, List<WeightTransform>> transforms = transforms(adapters, store, scope, false);
            weights.putAll(transformed(transforms, base, owner));
            if (onlyFinite) {
                requireFinite(weights, scope);
            }
            return new Assignment(new Plug(weights, Map.of()), owner);
        } catch (RuntimeException e) {
            owner.close();
            throw e;
        }
    }

    /** The transforms of every site, in the order of the adapters. */
    private static Map<Site, List<WeightTransform>> transforms(
            List<Adapter> adapters, ParameterStore store, NDManager scope, boolean training) {
        List<Site> sites = new ArrayList<>();
        List<WeightAdapter> blocks = new ArrayList<>();
        for (Adapter adapter : adapters) {
            adapter.sites()
                    .forEach(
                            (site, block) -> {
                                if (!training || !dropped(adapter, scope)) {
                                    sites.add(site);
                                    blocks.add(block);
                                }
                            });
        }
        List<WeightTransform> built = WeightAdapter.transforms(blocks, store, scope, training);
        Map<Site, List<WeightTransform>> transforms = new LinkedHashMap<>();
        for (int i = 0; i < built.size(); i++) {
            transforms.computeIfAbsent(sites.get(i), site -> new ArrayList<>()).add(built.get(i));
        }
        return transforms;
    }

    private static boolean dropped(Adapter adapter, NDManager scope) {
        double probability = adapter.config().moduleDropout();
        // drawn by the engine, whose seed reproduces a run
        return probability > 0 && scope.randomUniform(0, 1, new Shape(1)).getFloat() < probability;
    }

    /** Applies the transforms of every site one after another, all sites in one call a round. */
    private static Map<String, NDArray> transformed(
            Map<Site, List<WeightTransform>> transforms,
            Map<String, NDArray> base,
            NDManager owner) {
        Map<String, NDArray> results = new HashMap<>();
        int rounds = transforms.values().stream().mapToInt(List::size).max().orElse(0);
        for (int round = 0; round < rounds; round++) {
            List<String> names = new ArrayList<>();
            List<NDArray> weights = new ArrayList<>();
            List<WeightTransform> chosen = new ArrayList<>();
            List<Boolean> transposed = new ArrayList<>();
            for (Map.Entry<Site, List<WeightTransform>> entry : transforms.entrySet()) {
                if (round < entry.getValue().size()) {
                    String name = entry.getKey().parameter();
                    names.add(name);
                    weights.add(results.getOrDefault(name, base.get(name)));
                    chosen.add(entry.getValue().get(round));
                    transposed.add(entry.getKey().weight().transposed());
                }
            }
            NDList next = CompoundKernel.transform(weights, chosen, transposed, owner);
            for (int i = 0; i < next.size(); i++) {
                NDArray replaced = results.put(names.get(i), next.get(i));
                if (replaced != null) {
                    replaced.close();
                }
            }
        }
        return results;
    }

    private static void requireFinite(Map<String, NDArray> weights, NDManager scope) {
        for (Map.Entry<String, NDArray> weight : weights.entrySet()) {
            if (!CompoundKernel.isFinite(weight.getValue(), scope)) {
                throw new IllegalStateException(
                        "The weight "
                                + weight.getKey()
                                + " would not be finite; the adapter is damaged or was trained with"
                                + " too high a learning rate. Nothing was merged.");
            }
        }
    }
}
