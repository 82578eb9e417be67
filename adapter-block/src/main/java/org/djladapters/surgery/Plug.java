/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.djladapters.rotation.WeightTransform;

/**
 * What stands in a model in place of its own: weights by parameter name, and transforms in sockets
 * by site path. Everything not named is the base's.
 */
record Plug(Map<String, NDArray> weights, Map<String, WeightTransform> transforms) {

    /** The base as it is. */
    static final Plug NONE = new Plug(Map.of(), Map.of());

    Plug {
        weights = Map.copyOf(weights);
        transforms = Map.copyOf(transforms);
    }
}
