/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.combination;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.orthogonal.OrthogonalAdapter;

/** Interpolates orthogonal adapters weight by weight. */
final class GeodesicCombination {

    private final WeightedAdapters weighted;

    GeodesicCombination(WeightedAdapters weighted) {
        this.weighted = weighted;
    }

    AdapterDefinition make(NDManager scope) {
        Adapter pattern = weighted.pattern();
        Map<WeightSpec, OrthogonalAdapter> forms = new HashMap<>();
        Map<TargetModule, Consumer<WeightAdapter>> values = new LinkedHashMap<>();
        requireSameModules(pattern);
        pattern.targetModules()
                .forEach(
                        (targetModule, block) -> {
                            OrthogonalAdapter form = orthogonal(pattern, block);
                            Map<String, NDArray> between = between(targetModule, form, scope);
                            forms.put(targetModule.weight(), form);
                            values.put(targetModule, adapter -> set(adapter, between));
                        });
        return new AdapterDefinition(
                pattern.config(),
                weights -> weights.stream().map(w -> forms.get(w).newInstance()).toList(),
                values,
                pattern);
    }

    private void requireSameModules(Adapter pattern) {
        for (Adapter adapter : weighted.adapters()) {
            if (!adapter.targetModules().keySet().equals(pattern.targetModules().keySet())) {
                throw new IllegalArgumentException(
                        "Adapters '%s' and '%s' adapt different modules, but a geodesic needs the same ones"
                                .formatted(pattern.name(), adapter.name()));
            }
        }
    }

    private static OrthogonalAdapter orthogonal(Adapter adapter, WeightAdapter block) {
        if (block instanceof OrthogonalAdapter orthogonal) {
            return orthogonal;
        }
        throw new IllegalArgumentException(
                "Adapter '%s' is of the method %s, which has no orthogonal matrices that a geodesic could lead through; combine LoRA adapters by linear, cat or svd, and convert others to LoRA first"
                        .formatted(adapter.name(), adapter.config().method()));
    }

    private Map<String, NDArray> between(
            TargetModule targetModule, OrthogonalAdapter form, NDManager scope) {
        List<WeightAdapter> points =
                weighted.adapters().stream()
                        .map(adapter -> adapter.targetModules().get(targetModule))
                        .toList();
        double[] weights = weighted.weights().stream().mapToDouble(w -> w).toArray();
        try {
            return form.interpolated(points, weights, scope);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Module " + targetModule.path() + ": " + e.getMessage(), e);
        }
    }

    private static void set(WeightAdapter adapter, Map<String, NDArray> values) {
        values.forEach(
                (name, value) ->
                        WeightAdapter.set(
                                adapter.getDirectParameters().get(name).getArray(), value));
    }
}
