/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.djladapters.io.Internal;

/**
 * Decides how every target module is served, from the method, the module and what a pass is for.
 * Nothing else does; training, predictions, mixed batches and counts of operations ask here.
 */
@Internal
public final class PlacementPlanner {

    /** The purpose of a pass. */
    public enum Purpose {
        /** A training pass that is recorded, so that adapters can compute their own gradients. */
        RECORDED_TRAINING,
        /** A training pass of which autograd has to see everything. */
        TRAINING,
        /** A pass without gradients beside others with other adapters. */
        MIXED_BATCH,
        /** Passes without gradients until something changes, merging and export. */
        INFERENCE
    }

    private PlacementPlanner() {}

    /**
     * Plans how every adapted module is served.
     *
     * @param adapters what acts together, in the order in which it acts
     * @param purpose the purpose of the pass
     * @return the placement of every adapted module
     */
    public static Map<TargetModule, Placement> plan(List<AdapterSpec> adapters, Purpose purpose) {
        Map<TargetModule, List<AdapterSpec>> adaptersOf = new LinkedHashMap<>();
        for (AdapterSpec adapter : adapters) {
            for (TargetModule targetModule : adapter.targetModules().keySet()) {
                adaptersOf.computeIfAbsent(targetModule, m -> new ArrayList<>()).add(adapter);
            }
        }
        Map<TargetModule, Placement> plan = new LinkedHashMap<>();
        adaptersOf.forEach(
                (targetModule, own) ->
                        plan.put(targetModule, placement(targetModule, own, adapters, purpose)));
        return plan;
    }

    private static Placement placement(
            TargetModule targetModule,
            List<AdapterSpec> own,
            List<AdapterSpec> all,
            Purpose purpose) {
        if (purpose == Purpose.INFERENCE || own.size() > 1) {
            return Placement.WEIGHT;
        }
        WeightAdapter block = own.get(0).targetModules().get(targetModule);
        if (purpose == Purpose.RECORDED_TRAINING
                && targetModule.allowsCustomBackward()
                && block.allowsCustomBackward()
                && own.get(0).config().moduleDropout() == 0
                && all.stream().noneMatch(a -> a.trained().containsKey(targetModule.parameter()))) {
            return Placement.CUSTOM_BACKWARD;
        }
        return isServedBySocket(targetModule, block) ? Placement.ACTIVATIONS : Placement.WEIGHT;
    }

    private static boolean isServedBySocket(TargetModule targetModule, WeightAdapter block) {
        // the inputs of a filter are the entries of many pixels, which overlap
        boolean mixesPixels =
                block.changesInputs()
                        && targetModule.kind() == WeightSpec.Kind.CONV2D
                        && targetModule.weight().inputs() != targetModule.weight().shape().get(1);
        return targetModule.socket() && !mixesPixels;
    }

    /**
     * Returns the modules whose W' for inference is made as their custom backward passes make it
     * for training, which is cheaper than by a transform. They make it as (out, in).
     */
    public static Set<TargetModule> madeAsInTraining(List<AdapterSpec> adapters) {
        Set<TargetModule> made = new LinkedHashSet<>();
        plan(adapters, Purpose.RECORDED_TRAINING)
                .forEach(
                        (targetModule, placement) -> {
                            if (placement == Placement.CUSTOM_BACKWARD
                                    && !targetModule.weight().transposed()) {
                                made.add(targetModule);
                            }
                        });
        return made;
    }
}
