/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.Model;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import org.djladapters.model.pass.CollectorLock;
import org.djladapters.model.pass.ModelState;
import org.djladapters.model.pass.TrainingPasses;

/**
 * The trainer of the active adapters: its collectors wait for those of other threads and begin the
 * backward pass, and its steps wait until no pass of the model runs.
 */
final class AdaptedTrainer extends Trainer {

    private final TrainingPasses training;
    private final ModelState state;
    private GradientCollector collector;

    AdaptedTrainer(Model model, TrainingConfig config, TrainingPasses training, ModelState state) {
        super(model, config);
        this.training = training;
        this.state = state;
        state.beginTraining(getManager());
    }

    @Override
    public GradientCollector newGradientCollector() {
        GradientCollector engine = CollectorLock.PROCESS.open(super::newGradientCollector);
        // an open collector keeps this trainer, whose finalizer would close it
        collector = training.collect(engine, () -> collector = null);
        return collector;
    }

    @Override
    public void step() {
        state.update(super::step);
    }

    /** Closes a collector, too, that an exception has left open; others would wait for it. */
    @Override
    public void close() {
        if (collector != null) {
            collector.close();
        }
        super.close();
        state.endTraining(getManager());
    }
}
