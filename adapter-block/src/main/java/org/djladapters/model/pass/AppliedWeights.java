/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.pass;

import java.util.List;
import org.djladapters.adapter.Adapter;
import org.djladapters.surgery.Applied;
import org.djladapters.surgery.BaseModel;

/**
 * The transformed weights that are applied to the base model for all passes without gradients, kept
 * until something changes. Not safe for threads.
 */
final class AppliedWeights {

    private final BaseModel baseModel;
    private final Weights weights;
    private final StepBoundary boundary;

    /** The weights that are applied; null after a change. */
    private Weights.Computed computed;

    /** Stands for the base model without adapters. */
    private Object baseMark = new Object();

    AppliedWeights(BaseModel baseModel, Weights weights, StepBoundary boundary) {
        this.baseModel = baseModel;
        this.weights = weights;
        this.boundary = boundary;
    }

    /** Tells whether weights are applied, whatever has become of the adapters. */
    boolean isPresent() {
        return computed != null;
    }

    /** Tells whether the weights of adapters are applied, which training may have changed. */
    boolean isPresent(List<Adapter> adapters, boolean trained) {
        return computed != null && (!trained || boundary.version(adapters) == computed.version());
    }

    /** Returns what stands by identity for the applied weights. */
    Object mark() {
        return computed;
    }

    /** Returns what stands by identity for the base model without adapters. */
    Object baseMark() {
        return baseMark;
    }

    /** Notes that the base model's own weights have changed. */
    void renewBase() {
        baseMark = new Object();
    }

    /** Computes and applies weights; nothing changes if that fails. */
    void apply(List<Adapter> adapters, boolean onlyFinite) {
        Weights.Computed next = weights.merged(adapters, onlyFinite);
        Weights.Computed before = computed;
        baseModel.apply(next.applied());
        computed = next;
        if (before != null) {
            before.close();
        }
    }

    /** Applies again what was applied before something else was. */
    void applyAgain() {
        baseModel.apply(computed == null ? Applied.NOTHING : computed.applied());
    }

    /** Leaves the base model its own weights. */
    void remove() {
        if (computed != null) {
            baseModel.apply(Applied.NOTHING);
            computed.close();
            computed = null;
        }
    }
}
