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
 * Everything that is applied to a base model at once: weights in place of its own, and in sockets
 * transforms, or W' with a custom backward pass. What is not named stays the base model's.
 *
 * @param customBackwards the layers that compute with W' and have a custom backward pass
 * @param rows the groups of rows of a batch, in the order of the batch, where each has transforms
 *     of its own, in modules of {@link RowModules}; empty if all rows have the same
 */
public record Applied(
        Map<String, NDArray> weights,
        Map<TargetModule, WeightTransform> transforms,
        Map<TargetModule, CustomBackward.Layer> customBackwards,
        List<Rows> rows) {

    /** A group of rows of a batch. */
    public record Rows(int count, Map<TargetModule, WeightTransform> transforms) {

        /** Copies the map. */
        public Rows {
            transforms = Map.copyOf(transforms);
        }
    }

    /** The base model as it is. */
    public static final Applied NOTHING = weights(Map.of());

    /** Copies the maps. */
    public Applied {
        weights = Map.copyOf(weights);
        transforms = Map.copyOf(transforms);
        customBackwards = Map.copyOf(customBackwards);
        rows = List.copyOf(rows);
    }

    /** Applies nothing but weights. */
    public static Applied weights(Map<String, NDArray> weights) {
        return new Applied(weights, Map.of(), Map.of(), List.of());
    }

    /** Applies nothing but transforms for groups of rows. */
    public static Applied rows(List<Rows> rows) {
        return new Applied(Map.of(), Map.of(), Map.of(), rows);
    }

    /** Returns the groups of rows, a single one if all rows have the same transforms. */
    List<Rows> groups() {
        return rows.isEmpty() ? List.of(new Rows(1, transforms)) : rows;
    }

    boolean fillsSockets() {
        return !transforms.isEmpty() || !customBackwards.isEmpty() || !rows.isEmpty();
    }
}
