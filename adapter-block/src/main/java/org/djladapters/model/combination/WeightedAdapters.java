/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.combination;

import java.util.List;
import java.util.Map;
import org.djladapters.adapter.Adapter;
import org.djladapters.io.PlainNumber;
import org.djladapters.model.AdaptedModel;

/** Adapters with weights, in the order of the model. */
record WeightedAdapters(List<Adapter> adapters, List<Double> weights) {

    static WeightedAdapters of(AdaptedModel model, Map<String, Double> weights) {
        if (weights.isEmpty()) {
            throw new IllegalArgumentException(
                    "There is nothing to combine; name adapters with a weight for each");
        }
        weights.forEach((name, weight) -> check(model.adapter(name), weight));
        List<String> names = model.names().stream().filter(weights::containsKey).toList();
        WeightedAdapters weighted =
                new WeightedAdapters(
                        names.stream().map(model::adapter).toList(),
                        names.stream().map(weights::get).toList());
        weighted.refuseSeveralWithMore();
        return weighted;
    }

    private static void check(Adapter adapter, Double weight) {
        if (weight == null || !Double.isFinite(weight)) {
            throw new IllegalArgumentException(
                    "The weight of adapter '%s' must be a finite number, got %s"
                            .formatted(adapter.name(), PlainNumber.of(weight)));
        }
    }

    private void refuseSeveralWithMore() {
        List<String> names =
                adapters.stream().filter(WeightedAdapters::trainsMore).map(Adapter::name).toList();
        if (names.size() > 1) {
            throw new IllegalArgumentException(
                    "Adapters %s each have a head, or train modules or biases of the base model, which can't be added up; combine adapters of which at most one does so"
                            .formatted(names));
        }
    }

    /** Tells whether anything trains besides the Blocks of weights. */
    private static boolean trainsMore(Adapter adapter) {
        return adapter.headConfig().isPresent() || !adapter.savedModules().isEmpty();
    }

    /** Returns the adapter whose configuration the new one follows: that which trains more. */
    Adapter pattern() {
        return adapters.stream()
                .filter(WeightedAdapters::trainsMore)
                .findFirst()
                .orElse(adapters.get(0));
    }
}
