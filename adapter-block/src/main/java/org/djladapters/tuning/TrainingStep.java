/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import java.util.Iterator;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import org.djladapters.adapter.Adapter;
import org.djladapters.io.Internal;
import org.djladapters.model.AdaptedModel;
import org.djladapters.option.OptionValues;
import org.djladapters.task.kind.Task;

/**
 * A step of the training loop: forward pass, loss, backward pass and the norm of all gradients,
 * then an update by AdamW with gradients clipped to a norm. {@link FineTuner} trains with it, and
 * who measures what training costs times the same step.
 *
 * <pre>{@code
 * TrainingStep step = TrainingStep.of(model, adapter, 1e-3f, manager);
 * try (Trainer trainer = TrainingStep.newTrainer(model, loss)) {
 *     step.update(step.computeGradients(trainer, batch));
 * }
 * }</pre>
 */
@Internal
public final class TrainingStep {

    private final AdaptedModel model;
    private final AdamW optimizer;
    private final double maxGradNorm;
    private final ToDoubleBiFunction<Trainer, Batch> backward;
    private final ToDoubleFunction<Batch> weight;

    /**
     * The results of the batches of a step.
     *
     * @param loss the mean loss of their examples, or of their tokens
     * @param norm the Euclidean norm of all gradients together; not a number where the loss is not
     *     finite, since there are no gradients then
     * @param weight how many examples, or tokens, it is the mean of, or the sum of their weights
     * @param scale the factor of what the parameters hold as gradients
     */
    public record Gradients(double loss, double norm, double weight, double scale) {}

    private TrainingStep(
            AdaptedModel model,
            AdamW optimizer,
            double maxGradNorm,
            ToDoubleBiFunction<Trainer, Batch> backward,
            ToDoubleFunction<Batch> weight) {
        this.model = model;
        this.optimizer = optimizer;
        this.maxGradNorm = maxGradNorm;
        this.backward = backward;
        this.weight = weight;
    }

    static TrainingStep of(AdaptedModel model, AdamW optimizer, double maxGradNorm, Task task) {
        return new TrainingStep(model, optimizer, maxGradNorm, task::backward, task::weight);
    }

    /**
     * Creates steps of a constant learning rate, without weight decay, with gradients clipped to
     * the norm 1.
     *
     * @param adapter the adapter of the model that is trained; it must be active in every step
     * @param learningRate the learning rate, positive
     * @param owner the owner of the optimizer's state
     */
    public static TrainingStep of(
            AdaptedModel model, Adapter adapter, float learningRate, NDManager owner) {
        TrainingSettings.LEARNING_RATE.check((double) learningRate);
        AdamW optimizer = new AdamW(adapter.parameters(), (id, update) -> learningRate, 0, owner);
        double maxGradNorm = OptionValues.DEFAULT.get(TrainingSettings.MAX_GRAD_NORM);
        return new TrainingStep(model, optimizer, maxGradNorm, Task::singlePass, Batch::getSize);
    }

    /** Creates a trainer for the model's device, which the caller closes. */
    public static Trainer newTrainer(AdaptedModel model, Loss loss) {
        Device device = model.model().getNDManager().getDevice();
        return model.newTrainer(new DefaultTrainingConfig(loss).optDevices(new Device[] {device}));
    }

    /** Computes loss and gradients of a batch. */
    public Gradients computeGradients(Trainer trainer, Batch batch) {
        return gradients(loss(trainer, batch), weight.applyAsDouble(batch), 1);
    }

    /**
     * Computes loss and gradients of several batches as those of one that has all their examples,
     * so that only one of them takes memory at a time. For losses that are means over examples or
     * tokens they are the same; of others they are the mean, in which a batch has its weight.
     *
     * @param batches the batches; those that are taken are closed
     * @param count how many are taken
     * @return the loss and the norm of the gradients, which the parameters hold; of weight 0
     *     without batches
     */
    Gradients computeGradients(Trainer trainer, Iterator<Batch> batches, int count) {
        if (count == 0) {
            return new Gradients(Double.NaN, Double.NaN, 0, 0);
        }
        double loss = 0;
        double all = 0;
        double last = 0;
        for (int i = 0; i < count && Double.isFinite(loss); i++) {
            try (Batch batch = batches.next()) {
                double own = weight.applyAsDouble(batch);
                if (i > 0 && own != last) {
                    // the gradients of a batch, which are added, are those of a mean
                    optimizer.scaleGradients(last / own);
                }
                loss += loss(trainer, batch) * own;
                all += own;
                last = own;
            }
        }
        return gradients(loss / all, all, last / all);
    }

    private Gradients gradients(double loss, double weight, double scale) {
        // reading the norm also waits for a device that computes asynchronously
        double norm = Double.isFinite(loss) ? scale * optimizer.gradientNorm() : Double.NaN;
        return new Gradients(loss, norm, weight, scale);
    }

    /** Computes gradients and returns the loss; without gradients if it is not finite. */
    private double loss(Trainer trainer, Batch batch) {
        try {
            return backward.applyAsDouble(trainer, batch);
        } catch (EngineException e) {
            // Matrices that are not finite can't be inverted.
            if (optimizer.isFinite()) {
                throw e;
            }
            return Double.NaN;
        }
    }

    /**
     * Updates the parameters and sets their gradients to zero. Predictions of other threads see all
     * parameters before the update or all of them after it.
     */
    public void update(Gradients gradients) {
        double clipping = AdamW.clipping(gradients.norm(), maxGradNorm);
        model.update(() -> optimizer.step(gradients.scale() * clipping));
    }

    /** Returns the number of updates of the whole run. */
    int steps() {
        return optimizer.steps();
    }

    boolean isFinite() {
        return optimizer.isFinite();
    }
}
