/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import ai.djl.training.tracker.ParameterTracker;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * AdamW over named parameters, with a state that can be saved, and gradients cut to a common norm.
 *
 * <p>DJL's own optimizers hide their moments and cut single numbers; its trainer refuses gradients
 * whose sum is zero, which those of a softmax head over two classes can be. The update itself is
 * DJL's. Parameters of one dimension, such as biases and factors, do not decay.
 */
final class AdamW {

    private static final float BETA1 = 0.9f;
    private static final float BETA2 = 0.999f;
    private static final float EPSILON = 1e-8f;

    private final Map<String, Parameter> parameters;
    private final ParameterTracker rates;
    private final float weightDecay;
    private final Map<String, Moments> moments = new HashMap<>();
    private int steps;

    /** Running means of a parameter's gradients and of their squares. */
    record Moments(NDArray mean, NDArray variance) {}

    /**
     * Starts with moments of zero.
     *
     * @param parameters what is trained, by name
     * @param rates the learning rates of updates 1, 2, ... by parameter name
     * @param manager the owner of the moments
     */
    AdamW(
            Map<String, Parameter> parameters,
            ParameterTracker rates,
            float weightDecay,
            NDManager manager) {
        this.parameters = parameters;
        this.rates = rates;
        this.weightDecay = weightDecay;
        parameters.forEach(
                (name, parameter) -> {
                    NDArray value = parameter.getArray();
                    moments.put(
                            name,
                            new Moments(
                                    manager.zeros(value.getShape(), value.getDataType()),
                                    manager.zeros(value.getShape(), value.getDataType())));
                });
    }

    Map<String, Moments> moments() {
        return moments;
    }

    int steps() {
        return steps;
    }

    /** Goes on after so many updates; the moments are restored in place. */
    void resume(int completedSteps) {
        steps = completedSteps;
    }

    /** Tells whether all values are finite. */
    boolean isFinite() {
        return parameters.values().stream()
                .allMatch(parameter -> Double.isFinite(norm(parameter.getArray())));
    }

    private static double norm(NDArray array) {
        try (NDArray values = array.stopGradient();
                NDArray norm = values.norm()) {
            return norm.getDataType() == DataType.FLOAT64 ? norm.getDouble() : norm.getFloat();
        }
    }

    /** Returns the Euclidean norm of all gradients together. */
    double gradientNorm() {
        return gradientNorm(parameters.values());
    }

    /** Returns the Euclidean norm of the gradients of some parameters together. */
    static double gradientNorm(Collection<Parameter> parameters) {
        double sum = 0;
        for (Parameter parameter : parameters) {
            try (NDArray gradient = parameter.getArray().getGradient()) {
                sum += Math.pow(norm(gradient), 2);
            }
        }
        return Math.sqrt(sum);
    }

    /**
     * Updates all parameters once and sets their gradients to zero.
     *
     * @param scale the factor of all gradients
     */
    void step(double scale) {
        steps++;
        parameters.forEach((name, parameter) -> update(name, parameter.getArray(), (float) scale));
    }

    private void update(String name, NDArray weight, float scale) {
        float rate = rates.getNewValue(name, steps);
        double correction = Math.sqrt(1 - Math.pow(BETA2, steps)) / (1 - Math.pow(BETA1, steps));
        Moments state = moments.get(name);
        try (NDArray gradient = weight.getGradient()) {
            weight.getNDArrayInternal()
                    .adamUpdate(
                            new NDList(weight, gradient, state.mean(), state.variance()),
                            new NDList(weight),
                            rate,
                            (float) (rate * correction),
                            weight.getShape().dimension() > 1 ? weightDecay : 0,
                            scale,
                            -1,
                            BETA1,
                            BETA2,
                            EPSILON,
                            true,
                            true);
        }
    }
}
