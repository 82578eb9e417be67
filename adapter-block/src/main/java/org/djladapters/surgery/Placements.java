/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.djladapters.rotation.CustomBackward;
import org.djladapters.rotation.WeightTransform;

/**
 * What stands in a model in place of its own: weights by parameter name, and in sockets, by target
 * module path, transforms and layers on a tape. Everything not named is the base model's.
 */
public record Placements(
        Map<String, NDArray> weights,
        Map<String, WeightTransform> transforms,
        Map<String, CustomBackward.Layer> taped) {

    /** The base model as it is. */
    public static final Placements NONE = new Placements(Map.of(), Map.of(), Map.of());

    public Placements {
        weights = Map.copyOf(weights);
        transforms = Map.copyOf(transforms);
        taped = Map.copyOf(taped);
    }

    /** Tells whether anything stands in sockets. */
    boolean fillsSockets() {
        return !transforms.isEmpty() || !taped.isEmpty();
    }
}
