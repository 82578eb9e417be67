/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.TargetModule;
import org.djladapters.rotation.CustomBackward;
import org.djladapters.rotation.WeightTransform;

/**
 * What stands in a model in place of its own: weights by parameter name, and in sockets transforms,
 * or W' with a custom backward pass. Everything not named is the base model's.
 *
 * @param weights arrays by parameter name
 * @param transforms what acts on activations
 * @param customBackwards the layers that compute with W' and have a custom backward pass
 * @param rows the groups of rows of a batch, in the order of the batch, where each has transforms
 *     of its own; empty if all rows have the same
 */
public record Placements(
        Map<String, NDArray> weights,
        Map<TargetModule, WeightTransform> transforms,
        Map<TargetModule, CustomBackward.Layer> customBackwards,
        List<Rows> rows) {

    /**
     * Some rows of a batch.
     *
     * @param count how many there are
     * @param transforms what acts on their activations
     */
    public record Rows(int count, Map<TargetModule, WeightTransform> transforms) {

        /** Copies the map. */
        public Rows {
            transforms = Map.copyOf(transforms);
        }
    }

    /** The base model as it is. */
    public static final Placements NONE = new Placements(Map.of(), Map.of(), Map.of());

    /** Copies the maps. */
    public Placements {
        weights = Map.copyOf(weights);
        transforms = Map.copyOf(transforms);
        customBackwards = Map.copyOf(customBackwards);
        rows = List.copyOf(rows);
    }

    /** Places the same for all rows of a batch. */
    public Placements(
            Map<String, NDArray> weights,
            Map<TargetModule, WeightTransform> transforms,
            Map<TargetModule, CustomBackward.Layer> customBackwards) {
        this(weights, transforms, customBackwards, List.of());
    }

    /**
     * Places transforms for groups of rows, in modules of {@link BaseModel#rowModules}.
     *
     * @param rows the groups in the order of the batch
     * @return the placements
     */
    public static Placements of(List<Rows> rows) {
        return new Placements(Map.of(), Map.of(), Map.of(), rows);
    }

    /** The groups of rows, a single one if all rows have the same transforms. */
    List<Rows> groups() {
        return rows.isEmpty() ? List.of(new Rows(1, transforms)) : rows;
    }

    /** Tells whether anything stands in sockets. */
    boolean fillsSockets() {
        return !transforms.isEmpty() || !customBackwards.isEmpty() || !rows.isEmpty();
    }
}
