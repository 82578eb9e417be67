/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import java.util.List;
import java.util.Optional;
import org.djladapters.adapter.Adapter;
import org.djladapters.surgery.BaseModel;
import org.djladapters.surgery.Placements;

/**
 * The weights that adapters assign in the base model for all passes without gradients, kept until
 * they change. Not safe for threads.
 */
final class PlacementCache {

    private final BaseModel baseModel;
    private final Weights weights;
    private final StepBoundary boundary;

    /** The weights that are assigned; null after a change. */
    private Weights.Assignment assigned;

    /** What was placed beside these for a pass; null for nothing. */
    private Object placed;

    /** What stands for the base model without adapters. */
    private Object baseWeights = new Object();

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

    /** What is in the base model, null for nothing; by identity another one after every change. */
    Object current() {
        return placed == null ? assigned : placed;
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

    /**
     * Notes that something else was placed, until what was assigned is assigned again.
     *
     * @param mark what stands for it by identity, empty for the base model
     */
    void setPlaced(Optional<Object> mark) {
        placed = mark.orElse(baseWeights);
    }

    /** Notes that the base model's own weights have changed. */
    void renewBase() {
        baseWeights = new Object();
    }

    /** Assigns again what was assigned before something else was placed. */
    void reassign() {
        placed = null;
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
}
