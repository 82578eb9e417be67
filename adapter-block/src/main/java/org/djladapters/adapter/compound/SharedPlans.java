/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.Map;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.programs.CompoundPlan;

/**
 * The index arrays of rotations. Layers and adapters of a model whose rotations have the same form
 * share them; they are released with the last one, or with the model.
 */
final class SharedPlans {

    /** Guarded by this class. */
    private static final Map<Key, Shared> PLANS = new HashMap<>();

    /** A form on a device, for all who have an ancestor of their managers in common. */
    private record Key(NDManager ancestor, Device device, CompoundForm form) {}

    private static final class Shared {

        private final CompoundPlan plan;
        private int users;

        Shared(CompoundPlan plan) {
            this.plan = plan;
        }
    }

    private SharedPlans() {}

    /**
     * Returns the arrays of a form, which the caller {@linkplain #release releases}.
     *
     * @param manager that of the parameters; the arrays live as long as its oldest ancestor
     */
    static synchronized CompoundPlan lease(CompoundForm form, NDManager manager) {
        PLANS.values().removeIf(shared -> !shared.plan.isOpen());
        NDManager ancestor = ancestor(manager);
        Shared shared =
                PLANS.computeIfAbsent(
                        new Key(ancestor, manager.getDevice(), form),
                        key -> new Shared(new CompoundPlan(form, ancestor, key.device())));
        shared.users++;
        return shared.plan;
    }

    /** Returns the oldest manager below that of the engine, or that one for arrays of nobody. */
    private static NDManager ancestor(NDManager manager) {
        NDManager oldest = manager;
        while (oldest.getParentManager() != null
                && !(oldest.getParentManager() instanceof NDManager.SystemNDManager)) {
            oldest = oldest.getParentManager();
        }
        return oldest;
    }

    /** Gives arrays back, which are closed if nobody else uses them. */
    static synchronized void release(CompoundPlan plan) {
        PLANS.values()
                .removeIf(
                        shared -> {
                            if (shared.plan == plan && --shared.users == 0) {
                                plan.close();
                            }
                            return !shared.plan.isOpen();
                        });
    }
}
