/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.simple.SimpleMatrix;

/** Adapters in float64 with parameters that do something, and the dense matrices of that. */
public final class Rotated {

    /** Float64 rounding of some hundred products of size one, with a factor of ten to spare. */
    public static final double DOUBLE = 1e-12;

    private static final double STEP = 1e-6;

    /** The error of central differences, STEP squared, and their rounding, 1e-16 / STEP. */
    private static final double GRADIENT = 1e-7;

    private Rotated() {}

    public static WeightSpec spec(WeightSpec.Kind kind, Shape shape) {
        return new WeightSpec("layer", kind, shape, DataType.FLOAT64, true);
    }

    /** An initialized adapter whose parameters are moved by normal numbers of a deviation. */
    public static <T extends WeightAdapter> T moved(
            T adapter, double deviation, NDManager manager) {
        adapter.initialize(manager, DataType.FLOAT64, adapter.weight().shape());
        Random random = new Random(3);
        for (Parameter parameter : adapter.getParameters().values()) {
            double[] values = parameter.getArray().toDoubleArray();
            for (int i = 0; i < values.length; i++) {
                values[i] += deviation * random.nextGaussian();
            }
            set(parameter, values);
        }
        return adapter;
    }

    public static void set(Parameter parameter, double[] values) {
        NDArray array = parameter.getArray();
        try (NDManager scope = array.getManager().newSubManager();
                NDArray detached = array.stopGradient()) {
            detached.muli(0).addi(scope.create(values, array.getShape()));
        }
    }

    public static NDArray adapted(WeightAdapter adapter, NDArray weight, boolean training) {
        ParameterStore store = new ParameterStore(weight.getManager(), false);
        return adapter.forward(store, new NDList(weight), training).singletonOrThrow();
    }

    /** The skew matrix at a place among packed triangles. */
    public static SimpleMatrix skew(double[] triangles, int place, int size) {
        SimpleMatrix skew = new SimpleMatrix(size, size);
        int next = place * size * (size - 1) / 2;
        for (int i = 0; i < size; i++) {
            for (int j = i + 1; j < size; j++) {
                skew.set(i, j, triangles[next]);
                skew.set(j, i, -triangles[next++]);
            }
        }
        return skew;
    }

    /** (I - S)(I + S)^-1. */
    public static SimpleMatrix cayley(SimpleMatrix skew) {
        SimpleMatrix eye = SimpleMatrix.identity(skew.getNumRows());
        return eye.minus(skew).mult(eye.plus(skew).invert());
    }

    public static SimpleMatrix matrix(NDArray array) {
        Shape shape = array.getShape();
        return SimpleMatrix.wrap(
                new DMatrixRMaj(
                        (int) shape.get(0), (int) shape.get(1), true, array.toDoubleArray()));
    }

    public static void assertClose(NDArray actual, SimpleMatrix expected) {
        assertThat(actual.toDoubleArray())
                .usingComparatorWithPrecision(DOUBLE)
                .containsExactly(expected.getDDRM().getData());
    }

    public static void assertGradients(WeightAdapter adapter, NDArray weight, NDArray direction) {
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            collector.backward(adapted(adapter, weight, true).mul(direction).sum());
        }
        for (Parameter parameter : adapter.getParameters().values()) {
            double[] values = parameter.getArray().toDoubleArray();
            double[] gradient = parameter.getArray().getGradient().toDoubleArray();
            assertThat(gradient).as(parameter.getName()).doesNotContain(0.0);
            for (int i = 0; i < values.length; i++) {
                double value = values[i];
                values[i] = value + STEP;
                set(parameter, values);
                double above = adapted(adapter, weight, false).mul(direction).sum().getDouble();
                values[i] = value - STEP;
                set(parameter, values);
                double below = adapted(adapter, weight, false).mul(direction).sum().getDouble();
                values[i] = value;
                set(parameter, values);
                assertThat(gradient[i])
                        .as("%s, number %d", parameter.getName(), i)
                        .isCloseTo((above - below) / (2 * STEP), within(GRADIENT));
            }
        }
    }
}
