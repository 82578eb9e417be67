/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.Model;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;

/**
 * A trainer whose steps wait until no pass of the model runs, and whose collectors wait for those
 * of other threads and compute the gradients of adapters that have custom backward passes.
 */
final class AdaptedTrainer extends Trainer {

    private final AdaptedBlock block;
    private final AdapterRegistry registry;
    private GradientCollector collector;

    AdaptedTrainer(
            Model model, TrainingConfig config, AdaptedBlock block, AdapterRegistry registry) {
        super(model, config);
        this.block = block;
        this.registry = registry;
        registry.beginTraining(getManager());
    }

    @Override
    public GradientCollector newGradientCollector() {
        GradientCollector engine = CollectorLock.PROCESS.open(super::newGradientCollector);
        // an open collector keeps this trainer, whose finalizer would close it
        collector = block.collect(engine, () -> collector = null);
        return collector;
    }

    @Override
    public void step() {
        registry.update(super::step);
    }

    /** Closes a collector, too, that an exception has left open; others would wait for it. */
    @Override
    public void close() {
        if (collector != null) {
            collector.close();
        }
        super.close();
        registry.endTraining(getManager());
    }
}
