/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import ai.djl.ndarray.NDArray;
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
 */
public record Placements(
        Map<String, NDArray> weights,
        Map<TargetModule, WeightTransform> transforms,
        Map<TargetModule, CustomBackward.Layer> customBackwards) {

    /** The base model as it is. */
    public static final Placements NONE = new Placements(Map.of(), Map.of(), Map.of());

    /** Copies the maps. */
    public Placements {
        weights = Map.copyOf(weights);
        transforms = Map.copyOf(transforms);
        customBackwards = Map.copyOf(customBackwards);
    }

    /** Tells whether anything stands in sockets. */
    boolean fillsSockets() {
        return !transforms.isEmpty() || !customBackwards.isEmpty();
    }
}
