/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.translate.Batchifier;
import org.djladapters.adapter.Adapter;
import org.djladapters.model.AdaptedModel;
import org.djladapters.tuning.TrainingStep;

/**
 * Times training steps of an adapter: the {@link TrainingStep} of fine-tuning, without the update
 * if the base model stays frozen.
 */
final class TimedStep {

    /** Small enough that the parameters stay where they are. */
    private static final float LEARNING_RATE = 1e-7f;

    private static final TrainingStep.Gradients NONE = new TrainingStep.Gradients(0, 0, 1, 1);

    private final AdaptedModel model;
    private final Adapter adapter;
    private final boolean updated;
    private final TrainingStep step;

    /**
     * Prepares steps.
     *
     * @param updated whether the update is part of a step
     * @param scope the owner of the optimizer's state
     */
    TimedStep(AdaptedModel model, Adapter adapter, boolean updated, NDManager scope) {
        this.model = model;
        this.adapter = adapter;
        this.updated = updated;
        step = TrainingStep.of(model, adapter, LEARNING_RATE, scope);
    }

    /** Takes a step and returns the seconds; other adapters are inactive afterwards. */
    double run(Trainer trainer, Batch batch) {
        model.activate(adapter.name());
        try (Batch own = copy(batch)) {
            double seconds = TimedCandidate.time(() -> step(trainer, own));
            if (!updated) {
                clearGradients();
            }
            return seconds;
        }
    }

    private void step(Trainer trainer, Batch batch) {
        TrainingStep.Gradients gradients = step.computeGradients(trainer, batch);
        if (!Double.isFinite(gradients.loss())) {
            throw new ArithmeticException("The loss of a timed step is not finite");
        }
        if (updated) {
            step.update(gradients);
        }
    }

    /** Sets gradients to zero, as an update does. */
    void clearGradients() {
        step.update(NONE);
    }

    /** Copies a batch; closing the copy releases all arrays of the step. */
    static Batch copy(Batch batch) {
        NDManager manager = batch.getManager().newSubManager();
        return new Batch(
                manager,
                copy(batch.getData(), manager),
                copy(batch.getLabels(), manager),
                batch.getSize(),
                Batchifier.STACK,
                Batchifier.STACK,
                batch.getProgress(),
                batch.getProgressTotal());
    }

    private static NDList copy(NDList arrays, NDManager manager) {
        NDList copies = new NDList(arrays.stream().map(NDArray::duplicate).toList());
        copies.attach(manager);
        return copies;
    }
}
