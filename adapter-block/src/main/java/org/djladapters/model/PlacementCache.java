/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.surgery.Placements;

/** What single adapters plug for inference, kept until they change. Not safe for threads. */
final class PlacementCache {

    private final Weights weights;
    private final StepBoundary boundary;
    private final Map<String, Weights.Assignment> plugs = new HashMap<>();

    PlacementCache(Weights weights, StepBoundary boundary) {
        this.weights = weights;
        this.boundary = boundary;
    }

    /**
     * The plug of an adapter.
     *
     * @param trained whether an optimizer may have changed its parameters
     */
    Placements get(Adapter adapter, boolean trained) {
        List<Adapter> alone = List.of(adapter);
        Weights.Assignment known = plugs.get(adapter.name());
        if (known == null || (trained && boundary.version(alone) != known.version())) {
            drop(adapter.name());
            known = weights.inferencePlug(alone);
            plugs.put(adapter.name(), known);
        }
        return known.plug();
    }

    /** Releases what an adapter plugs. */
    void drop(String name) {
        Weights.Assignment dropped = plugs.remove(name);
        if (dropped != null) {
            dropped.close();
        }
    }

    /** Releases everything. */
    void clear() {
        plugs.values().forEach(Weights.Assignment::close);
        plugs.clear();
    }
}
