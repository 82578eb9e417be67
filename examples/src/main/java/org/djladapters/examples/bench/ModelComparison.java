/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.Trainer;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.IntConsumer;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.kind.TaskLoss;
import org.djladapters.tuning.TrainingStep;

/**
 * Measures the same model in two forms, such as a checkpoint and an export of it, interleaved in
 * one process: predictions of the base model, and training steps of an adapter. Both get the same
 * random inputs.
 *
 * @param length the number of tokens of a row, empty for images
 * @param difference the largest difference between outputs, relative to the largest output
 * @param prediction predictions of the base model
 * @param step training steps
 */
public record ModelComparison(
        OptionalInt length, int rounds, double difference, Times prediction, Times step) {

    private static final String ADAPTER = "benchmark-adapter";

    /** The median times of both models in seconds, and the median ratio within a round. */
    public record Times(double model, double other, double ratio) {

        private static Times of(TimedCandidate model, TimedCandidate other) {
            return new Times(model.median(), other.median(), model.ratio(other));
        }
    }

    /** One of the models, with its inputs and adapter. */
    private static final class Side implements AutoCloseable {

        private final AdaptedModel model;
        private final BenchmarkInputs inputs;
        private final NDManager scope;
        private final Adapter adapter;

        Side(AdaptedModel model, AdapterConfig config, int batch, OptionalInt length)
                throws IOException {
            this.model = model;
            inputs = BenchmarkInputs.draw(model, batch, length);
            scope = model.model().getNDManager().newSubManager();
            adapter = model.add(ADAPTER, config);
            MethodTimings.vary(adapter, new Random(1), scope);
        }

        TimedCandidate prediction() {
            InferenceTimings timings =
                    new InferenceTimings(model, inputs.batch().getData(), inputs.small());
            return new TimedCandidate(timings::base);
        }

        TimedCandidate step(Trainer trainer) {
            TimedStep step = new TimedStep(model, adapter, true, scope);
            return new TimedCandidate(() -> step.run(trainer, inputs.batch()));
        }

        Trainer newTrainer() {
            model.activate(ADAPTER);
            return TrainingStep.newTrainer(model, TaskLoss.squaredError());
        }

        NDArray output() {
            model.activate();
            NDList outputs = model.predict(inputs.batch().getData());
            outputs.attach(scope);
            return ModelOutputs.logits(outputs);
        }

        @Override
        public void close() {
            model.delete(ADAPTER);
            scope.close();
            inputs.close();
        }
    }

    /**
     * Measures two models without adapters, which take inputs of the same kind.
     *
     * @param length tokens of a row, empty for images and for the default
     * @param before gets the number of every round before it begins
     */
    public static ModelComparison run(
            AdaptedModel model,
            AdaptedModel other,
            AdapterConfig config,
            int batch,
            OptionalInt length,
            int rounds,
            IntConsumer before)
            throws IOException {
        Arguments.positive("batch size", batch);
        Arguments.positive("number of rounds", rounds);
        try (Side one = new Side(model, config, batch, length);
                Side two = new Side(other, config, batch, length)) {
            double difference = difference(one.output(), two.output());
            // training first: a model predicts faster when no trainer is open
            Times step;
            try (Trainer trainer = one.newTrainer();
                    Trainer otherTrainer = two.newTrainer()) {
                step = interleave(one.step(trainer), two.step(otherTrainer), rounds, before);
            }
            Times prediction = interleave(one.prediction(), two.prediction(), rounds, before);
            return new ModelComparison(one.inputs.length(), rounds, difference, prediction, step);
        }
    }

    private static Times interleave(
            TimedCandidate model, TimedCandidate other, int rounds, IntConsumer before) {
        TimedCandidate.interleave(List.of(model, other), rounds, before);
        return Times.of(model, other);
    }

    private static double difference(NDArray output, NDArray other) {
        if (!output.getShape().equals(other.getShape())) {
            throw new IllegalArgumentException(
                    "The models are not the same: the output of one has the shape %s, that of the"
                                    .formatted(output.getShape())
                            + " other "
                            + other.getShape());
        }
        float largest = other.abs().max().getFloat();
        return output.sub(other).abs().max().getFloat() / largest;
    }
}
