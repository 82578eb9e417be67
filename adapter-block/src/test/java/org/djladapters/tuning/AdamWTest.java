/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdamWTest {

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager("PyTorch");
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private Parameter parameter(float[][] values) {
        Parameter parameter =
                Parameter.builder()
                        .setName("weight")
                        .setType(Parameter.Type.OTHER)
                        .optArray(manager.create(values))
                        .build();
        parameter.freeze(false);
        return parameter;
    }

    /** Gives every weight w the gradient 2w. */
    private static void backward(NDArray weight) {
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            collector.backward(weight.square().sum());
        }
    }

    private AdamW optimizer(Parameter parameter) {
        return new AdamW(Map.of("weight", parameter), Tracker.fixed(0.1f), 0.01f, manager);
    }

    @Test
    void updatesAsTheOptimizerOfDjl() {
        float[][] start = {{1, -2}, {0.5f, 3}};
        Parameter ours = parameter(start);
        Parameter theirs = parameter(start);
        AdamW optimizer = optimizer(ours);
        Optimizer reference =
                Optimizer.adamW()
                        .optLearningRateTracker(Tracker.fixed(0.1f))
                        .optWeightDecays(0.01f)
                        .build();
        for (int step = 0; step < 5; step++) {
            backward(ours.getArray());
            optimizer.step(1);
            backward(theirs.getArray());
            reference.update("weight", theirs.getArray(), theirs.getArray().getGradient());
        }
        assertThat(ours.getArray().toFloatArray())
                .isEqualTo(theirs.getArray().toFloatArray())
                .isNotEqualTo(new float[] {1, -2, 0.5f, 3});
        assertThat(optimizer.steps()).isEqualTo(5);
    }

    @Test
    void scalesGradientsAndSetsThemToZero() {
        Parameter parameter = parameter(new float[][] {{3, 4}});
        AdamW optimizer = optimizer(parameter);
        backward(parameter.getArray());
        assertThat(optimizer.gradientNorm()).isEqualTo(10, within(1e-5));

        optimizer.step(0.1);

        assertThat(optimizer.moments().get("weight").mean().toFloatArray())
                .containsExactly(new float[] {0.06f, 0.08f}, within(1e-7f));
        assertThat(optimizer.gradientNorm()).isZero();
    }

    @Test
    void tellsWhetherItsParametersAreFinite() {
        Parameter parameter = parameter(new float[][] {{3, 4}});
        AdamW optimizer = optimizer(parameter);
        assertThat(optimizer.isFinite()).isTrue();
        parameter.freeze(true);
        parameter.getArray().divi(0);
        assertThat(optimizer.isFinite()).isFalse();
    }
}
