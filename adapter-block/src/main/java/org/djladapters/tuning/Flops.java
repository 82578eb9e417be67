/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.AdapterSpec;
import org.djladapters.adapter.Placement;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.io.Internal;
import org.djladapters.model.ModelSpec;
import org.djladapters.rotation.FlopCount;

/**
 * Floating point operations of training a model's linear layers with an adapter, as {@link
 * FlopCount} counts them.
 *
 * <p>A frozen layer of a weight (out, in) takes 2 in out for a token forward, and as many backward
 * for the gradient of its inputs, from the first layer on that is adapted or trained. A weight that
 * is trained itself takes 2 in out more backward. What the adapter adds is {@link
 * WeightAdapter#operations}.
 *
 * <p>Left out are what is no linear layer (the scores and sums of attention, norms, activations,
 * embeddings, convolutions, the loss) and the optimizer. Task heads and poolers count as if they
 * ran for every token. That layers which share the lowest adapted layer's inputs need no gradient
 * of these is not considered.
 *
 * <p>A prediction takes the base model's forward operations, with an adapter merged or not.
 */
@Internal
public record Flops(FlopCount base, FlopCount adapter, int tokens) {

    /** Checks the number of tokens. */
    public Flops {
        if (tokens < 1) {
            throw new IllegalArgumentException("A step needs at least one token, got " + tokens);
        }
    }

    /** Counts the operations of a configuration's adapter. */
    public static Flops of(ModelSpec model, AdapterConfig config, int tokens) {
        return of(model, model.adapter(config), tokens);
    }

    /** Counts the operations of what is trained. */
    public static Flops of(ModelSpec model, AdapterSpec adapter, int tokens) {
        Map<TargetModule, Placement> placements = adapter.trainingPlacements();
        FlopCount base = FlopCount.NONE;
        FlopCount added = FlopCount.NONE;
        boolean reached = false;
        for (TargetModule targetModule : model.targetModules()) {
            WeightAdapter block = adapter.targetModules().get(targetModule);
            boolean trained = adapter.trained().containsKey(targetModule.parameter());
            reached |=
                    block != null || trained || adapter.trained().containsKey(targetModule.bias());
            if (!targetModule.isLinear()) {
                continue;
            }
            long product = 2 * targetModule.weight().shape().size();
            base = base.plus(new FlopCount(product, reached ? product : 0, 0, 0));
            if (block != null) {
                added = added.plus(block.operations(placements.get(targetModule)));
            }
            if (trained) {
                added = added.plus(new FlopCount(0, product, 0, 0));
            }
        }
        return new Flops(base, added, tokens);
    }

    /** Returns the operations of the forward pass for a token, with its share of a step's. */
    public double forward() {
        return base.forward() + adapter.forward() + (double) adapter.stepForward() / tokens;
    }

    /** Returns the operations of the backward pass for a token, with its share of a step's. */
    public double backward() {
        return base.backward() + adapter.backward() + (double) adapter.stepBackward() / tokens;
    }

    /**
     * Returns the operations of a training step relative to those of the frozen base, whose
     * backward pass ends at the first layer that is adapted or trained; 1 where nothing is added.
     */
    public double stepRatio() {
        return (forward() + backward()) / (base.forward() + base.backward());
    }
}
