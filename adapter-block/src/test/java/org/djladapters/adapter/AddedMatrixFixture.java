/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.djladapters.ManagerFixture;
import org.djladapters.adapter.WeightSpec.Kind;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Methods that add a matrix to a linear layer, compared with the formula of that matrix. */
public abstract class AddedMatrixFixture extends ManagerFixture {

    private final AdapterConfig config;
    private final Shape linear;

    /** The weight of a linear layer. */
    protected NDArray weight;

    protected AddedMatrixFixture(AdapterConfig config, Shape linear) {
        this.config = config;
        this.linear = linear;
    }

    /** Computes by the formula what an adapter of a linear layer adds. */
    protected abstract SimpleMatrix change(WeightAdapter adapter);

    @BeforeEach
    protected final void drawWeight() {
        weight = manager.randomNormal(0, 1, linear, DataType.FLOAT64);
    }

    /** Returns an adapter whose parameters are moved by normal numbers of a deviation. */
    protected final WeightAdapter moved(Kind kind, Shape shape, double deviation) {
        WeightAdapter adapter = config.newAdapter(Rotated.spec(kind, shape));
        adapter.initialize(manager, DataType.FLOAT64, shape);
        adapter.initializeFrom(kind == Kind.CONV1D ? weight.transpose() : weight);
        return Rotated.moved(adapter, deviation, manager);
    }

    protected static NDArray parameter(WeightAdapter adapter, String name) {
        return adapter.getParameters().get(name).getArray();
    }

    protected static SimpleMatrix matrix(WeightAdapter adapter, String name) {
        return Rotated.matrix(parameter(adapter, name));
    }

    protected final void assertStartsWithTheWeight(long parameters) {
        WeightAdapter adapter = moved(Kind.LINEAR, linear, 0);
        assertThat(Rotated.adapted(adapter, weight, false)).isEqualTo(weight);
        assertThat(adapter.size()).isEqualTo(parameters);
    }

    /** Asserts that an adapter adds its matrix to the weight. */
    protected final void assertAdded(WeightAdapter adapter) {
        Rotated.assertClose(
                Rotated.adapted(adapter, weight, false),
                Rotated.matrix(weight).plus(change(adapter)));
    }

    @Test
    protected final void changesTheWeightByItsFormula() {
        assertAdded(moved(Kind.LINEAR, linear, 0.5));

        NDArray turned = weight.transpose();
        WeightAdapter transposed = moved(Kind.CONV1D, turned.getShape(), 0.5);
        Rotated.assertClose(
                Rotated.adapted(transposed, turned, false),
                Rotated.matrix(turned).plus(change(transposed).transpose()));
    }

    @Test
    protected final void hasTheGradientsOfItsFormula() {
        NDArray direction = manager.randomNormal(0, 1, linear, DataType.FLOAT64);
        Rotated.assertGradients(moved(Kind.LINEAR, linear, 0.5), weight, direction);
    }
}
