/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import org.djladapters.tuning.MixedTrainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training for long leaves a process as large as it was. */
@EnabledIf("hasProc")
class SteadyTrainingTest extends SteadyModel {

    @ParameterizedTest
    @ValueSource(strings = {"mkl", "onednn", BFLOAT16})
    void trainingSteps(String way) throws Exception {
        choose(way);
        model.activate("a");
        try (Trainer trainer = model.newTrainer(training())) {
            assertSteady(ROUNDS, round -> step(trainer));
        }
    }

    @Test
    void copiesOfParametersGoWithTheTrainerOfDjlThatNeedsThem() throws Exception {
        model.activate("a");
        int during;
        try (Trainer trainer = new Trainer(model.model(), training())) {
            step(trainer);
            during = arrays();
            for (int i = 0; i < 10; i++) {
                step(trainer);
            }
            assertThat(arrays()).isEqualTo(during);
        }
        assertThat(arrays()).isEqualTo(during - model.adapter("a").parameters().size());
    }

    private static DefaultTrainingConfig training() {
        return new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optOptimizer(
                        Optimizer.adam().optLearningRateTracker(Tracker.fixed(1e-3f)).build());
    }

    private static void step(Trainer trainer, NDList data) {
        try (GradientCollector collector = trainer.newGradientCollector()) {
            NDArray logits = trainer.forward(data).get(0);
            NDList labels = new NDList(data.getManager().zeros(new Shape(ROWS)));
            collector.backward(trainer.getLoss().evaluate(labels, new NDList(logits)));
        }
        trainer.step();
    }

    private void step(Trainer trainer) {
        try (NDManager scope = manager.newSubManager()) {
            NDList data = new NDList(inputs.stream().map(NDArray::duplicate).toList());
            data.attach(scope);
            step(trainer, data);
        }
    }

    @Test
    void stepsOfSeveralAdapters() throws Exception {
        List<String> names = ofRows("a", "b");
        try (MixedTrainer trainer =
                MixedTrainer.builder()
                        .setModel(model)
                        .setLoss(Loss.softmaxCrossEntropyLoss())
                        .build()) {
            assertSteady(
                    ROUNDS,
                    round -> {
                        try (NDManager scope = manager.newSubManager()) {
                            NDList labels = new NDList(scope.zeros(new Shape(ROWS)));
                            trainer.step(inputs, labels, names);
                        }
                    });
        }
    }
}
