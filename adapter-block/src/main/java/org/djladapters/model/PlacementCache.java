/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.surgery.BaseModel;
import org.djladapters.surgery.Placements;

/**
 * What adapters place in the base model for passes without gradients, kept until they change: the
 * weights that are assigned for all passes, and for mixed batches what single adapters place. Not
 * safe for threads.
 */
final class PlacementCache {

    private final BaseModel baseModel;
    private final Weights weights;
    private final StepBoundary boundary;
    private final Map<String, Weights.Assignment> single = new HashMap<>();

    /** The weights that are assigned; null after a change. */
    private Weights.Assignment assigned;

    PlacementCache(BaseModel baseModel, Weights weights, StepBoundary boundary) {
        this.baseModel = baseModel;
        this.weights = weights;
        this.boundary = boundary;
    }

    /** Tells whether weights are assigned, whatever has become of the adapters. */
    boolean isAssigned() {
        return assigned != null;
    }

    /**
     * Tells whether the weights of adapters are assigned.
     *
     * @param adapters the adapters of which weights can be assigned
     * @param trained whether an optimizer may have changed their parameters
     */
    boolean isAssigned(List<Adapter> adapters, boolean trained) {
        return assigned != null && (!trained || boundary.version(adapters) == assigned.version());
    }

    /** The weights that are assigned, null for none; others after every change. */
    Object assigned() {
        return assigned;
    }

    /** What a single adapter places, if that was computed; others after every change. */
    Object placed(String name) {
        return single.get(name);
    }

    /** Computes and assigns weights; nothing changes if that fails. */
    void assign(List<Adapter> adapters, boolean onlyFinite) {
        Weights.Assignment next = weights.assignment(adapters, onlyFinite);
        Weights.Assignment before = assigned;
        baseModel.assign(next.placements());
        assigned = next;
        if (before != null) {
            before.close();
        }
    }

    /** Assigns again what was assigned before something else was placed. */
    void reassign() {
        baseModel.assign(assigned == null ? Placements.NONE : assigned.placements());
    }

    /** Leaves the base model its own weights. */
    void unassign() {
        if (assigned != null) {
            baseModel.assign(Placements.NONE);
            assigned.close();
            assigned = null;
        }
    }

    /**
     * What a single adapter places.
     *
     * @param trained whether an optimizer may have changed its parameters
     */
    Placements placements(Adapter adapter, boolean trained) {
        List<Adapter> alone = List.of(adapter);
        Weights.Assignment known = single.get(adapter.name());
        if (known == null || (trained && boundary.version(alone) != known.version())) {
            drop(adapter.name());
            known = weights.mixedBatchPlacements(alone);
            single.put(adapter.name(), known);
        }
        return known.placements();
    }

    /** Releases what a single adapter places. */
    void drop(String name) {
        Weights.Assignment dropped = single.remove(name);
        if (dropped != null) {
            dropped.close();
        }
    }

    /** Releases what single adapters place. */
    void clear() {
        single.values().forEach(Weights.Assignment::close);
        single.clear();
    }
}
