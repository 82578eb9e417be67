/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.combination;

import ai.djl.ndarray.NDManager;
import java.util.Map;
import org.djladapters.adapter.Adapter;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.AdapterRegistry;

/**
 * Makes new adapters of those that a model has. These stay as they are; the new one is inactive
 * unless it is activated. If something fails, the model is unchanged.
 *
 * <p>A head, modules that are trained in full and trained biases of the base model can't be added
 * up. At most one of several adapters may have such; the new adapter gets a copy of them, whatever
 * the weight of that adapter is.
 */
public final class AdapterAlgebra {

    private AdapterAlgebra() {}

    /**
     * Combines adapters to a new one.
     *
     * <p>LoRA adapters give a plain LoRA with scaling 1; its rank is a pattern where ranks differ
     * between modules. Biases of LoRA add up in proportion to their weights. Adapters with DoRA
     * have to be {@linkplain #toLora converted} first.
     *
     * @param newName the name of the new adapter
     * @param weights a finite number, which may be negative, for the name of every adapter to
     *     combine
     * @throws IllegalArgumentException if the name is taken, there is no adapter of a name, or
     *     these adapters can't be combined in this way; the message says why
     */
    public static Adapter combine(
            AdaptedModel model, String newName, Map<String, Double> weights, Combination how) {
        AdapterRegistry registry = model.registry();
        registry.requireNew(newName);
        try (NDManager scope = model.baseModel().manager().newSubManager()) {
            AdapterDefinition definition =
                    registry.read(
                            () -> {
                                WeightedAdapters weighted = WeightedAdapters.of(model, weights);
                                return how.kind() == Combination.Kind.GEODESIC
                                        ? new GeodesicCombination(weighted).make(scope)
                                        : new LoraCombination(weighted, how).make(model, scope);
                            });
            return definition.add(registry, newName);
        }
    }

    /**
     * Converts an adapter of any method that transforms weights to LoRA: B A is the matrix of the
     * given rank that is nearest to W' - W, with W' what the adapter alone makes of the base
     * model's weight W. Computed in float64, whatever the types are; the new parameters are rounded
     * to theirs.
     *
     * <p>Where a weight has a side smaller than the rank, that side is the rank, as a rank pattern.
     * Where the adapter changes biases besides weights, LoRA gets biases. What the adapter has only
     * for training, such as dropout, is left out. A head, modules that are trained in full and
     * trained biases of the base model are copied.
     *
     * @param adapterName the name of the adapter to convert
     * @param newName the name of the new adapter
     * @return the new adapter and how far it is from the other
     * @throws IllegalArgumentException if a name is taken or unknown, the rank is not positive, the
     *     adapter transforms no weights or gives such that are not finite, or it changes some
     *     biases while LoRA can't change those of all its modules
     */
    public static LoraConversion toLora(
            AdaptedModel model, String adapterName, String newName, int rank) {
        AdapterRegistry registry = model.registry();
        registry.requireNew(newName);
        requireRank(rank);
        try (NDManager scope = model.baseModel().manager().newSubManager()) {
            LoraApproximation nearest =
                    registry.read(
                            () -> {
                                Adapter adapter = model.adapter(adapterName);
                                return LoraApproximation.of(
                                        adapter, rank, model.baseModel(), scope);
                            });
            Adapter made = nearest.definition().add(registry, newName);
            return new LoraConversion(made, nearest.errors(), nearest.error());
        }
    }

    static int requireRank(int rank) {
        if (rank < 1) {
            throw new IllegalArgumentException(
                    "The rank must be at least 1, got " + rank + "; choose for example 8");
        }
        return rank;
    }
}
