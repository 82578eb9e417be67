/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.ParameterTracker;
import ai.djl.training.tracker.Tracker;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.djladapters.ManagerFixture;
import org.junit.jupiter.api.Test;

class AdamWTest extends ManagerFixture {

    private static final float DECAY = 0.01f;

    private Parameter parameter(float[][] values) {
        return parameter(manager.create(values));
    }

    private static Parameter parameter(NDArray array) {
        Parameter parameter =
                Parameter.builder()
                        .setName("weight")
                        .setType(Parameter.Type.OTHER)
                        .optArray(array)
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
        return new AdamW(Map.of("weight", parameter), Tracker.fixed(0.1f), DECAY, manager);
    }

    /** One number's updates in double precision, by the formulas of the publication. */
    private static final class Scalar {

        double value;
        double mean;
        double variance;

        Scalar(double value) {
            this.value = value;
        }

        /** Updates with the gradient 2w times a scale. */
        void update(int step, double scale, double rate, double decay) {
            double gradient = 2 * value * scale;
            mean = 0.9 * mean + 0.1 * gradient;
            variance = 0.999 * variance + 0.001 * gradient * gradient;
            double correctedMean = mean / (1 - Math.pow(0.9, step));
            double correctedVariance = variance / (1 - Math.pow(0.999, step));
            value -= rate * decay * value;
            value -= rate * correctedMean / (Math.sqrt(correctedVariance) + 1e-8);
        }
    }

    /** Parameters of both types, with and without decay, at two rates that change. */
    @Test
    void updatesAsAlgorithm2OfThePublication() {
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        parameters.put("weight", parameter(new float[][] {{1, -2}, {0.5f, 3}}));
        parameters.put("head.bias", parameter(manager.create(new float[] {-0.7f, 2e-6f})));
        parameters.put("wide", parameter(manager.create(new double[] {0.3, -1}).reshape(1, 2)));
        parameters.put("head.weight", parameter(new float[][] {{4}}));
        parameters.put("bias", parameter(manager.create(new float[] {0.25f})));
        ParameterTracker rates = (id, step) -> (id.startsWith("head.") ? 0.05f : 0.01f) / step;
        AdamW optimizer = new AdamW(parameters, rates, DECAY, manager);
        Map<String, Scalar[]> expected = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> expected.put(name, numbers(parameter.getArray())));
        for (int step = 1; step <= 20; step++) {
            parameters.values().forEach(parameter -> backward(parameter.getArray()));
            double scale = step % 3 == 0 ? 0.125 : 1;

            optimizer.step(scale);

            for (Map.Entry<String, Scalar[]> entry : expected.entrySet()) {
                float decay = entry.getKey().endsWith("bias") ? 0 : DECAY;
                for (Scalar number : entry.getValue()) {
                    number.update(step, scale, rates.getNewValue(entry.getKey(), step), decay);
                }
            }
        }
        expected.forEach(
                (name, numbers) -> {
                    NDArray array = parameters.get(name).getArray();
                    // a rounding of a float, or of the rate as a float, in each of 20 steps
                    double tolerance = array.getDataType() == DataType.FLOAT64 ? 1e-13 : 2e-6;
                    assertClose(name, array, numbers, number -> number.value, tolerance);
                    AdamW.Moments moments = optimizer.moments().get(name);
                    assertClose(name, moments.mean(), numbers, number -> number.mean, tolerance);
                    assertClose(
                            name,
                            moments.variance(),
                            numbers,
                            number -> number.variance,
                            tolerance);
                });
        assertThat(optimizer.steps()).isEqualTo(20);
    }

    private static Scalar[] numbers(NDArray array) {
        return Arrays.stream(values(array)).mapToObj(Scalar::new).toArray(Scalar[]::new);
    }

    private static double[] values(NDArray array) {
        try (NDArray wide = array.toType(DataType.FLOAT64, true)) {
            return wide.toDoubleArray();
        }
    }

    private static void assertClose(
            String name,
            NDArray array,
            Scalar[] numbers,
            ToDoubleFunction<Scalar> expected,
            double tolerance) {
        assertThat(values(array))
                .as(name)
                .containsExactly(
                        Arrays.stream(numbers).mapToDouble(expected).toArray(), within(tolerance));
    }

    @Test
    void updatesNearlyAsTheOptimizerOfDjl() {
        float[][] start = {{1, -2}, {0.5f, 3}};
        Parameter ours = parameter(start);
        Parameter theirs = parameter(start);
        AdamW optimizer = optimizer(ours);
        Optimizer reference =
                Optimizer.adamW()
                        .optLearningRateTracker(Tracker.fixed(0.1f))
                        .optWeightDecays(DECAY)
                        .build();
        for (int step = 0; step < 5; step++) {
            backward(ours.getArray());
            optimizer.step(1);
            backward(theirs.getArray());
            reference.update("weight", theirs.getArray(), theirs.getArray().getGradient());
        }
        // it adds epsilon before the correction of the variance, not after it
        assertThat(ours.getArray().toFloatArray())
                .containsExactly(theirs.getArray().toFloatArray(), within(1e-6f))
                .isNotEqualTo(new float[] {1, -2, 0.5f, 3});
    }

    @Test
    void aParameterThatNoLossDependsOnOnlyDecays() {
        Parameter parameter = parameter(new float[][] {{3, 4}});
        AdamW optimizer = optimizer(parameter);
        assertThat(optimizer.gradientNorm()).isZero();

        optimizer.step(1);

        assertThat(parameter.getArray().toFloatArray())
                .containsExactly(new float[] {2.997f, 3.996f}, within(1e-6f));
    }

    @Test
    void parametersInSeveralChunksAreUpdatedAlike() {
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        for (Shape shape : List.of(new Shape(1, 1), new Shape(1024, 1024), new Shape(2, 1))) {
            parameters.put(shape.toString(), parameter(manager.ones(shape)));
        }
        AdamW optimizer = new AdamW(parameters, Tracker.fixed(0.1f), DECAY, manager);
        parameters.values().forEach(parameter -> backward(parameter.getArray()));

        optimizer.step(1);

        float expected = parameters.get("(1, 1)").getArray().getFloat();
        assertThat(expected).isCloseTo(0.899f, within(1e-6f));
        for (Parameter parameter : parameters.values()) {
            assertThat(parameter.getArray().min().getFloat()).isEqualTo(expected);
            assertThat(parameter.getArray().max().getFloat()).isEqualTo(expected);
        }
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
