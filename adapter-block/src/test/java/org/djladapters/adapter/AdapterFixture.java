/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;
import org.djladapters.ManagerFixture;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of every method's adapter share. */
public abstract class AdapterFixture extends ManagerFixture {

    /** Gives adapters their parameters as they are. */
    protected ParameterStore store;

    @BeforeEach
    protected final void openStore() {
        store = new ParameterStore(manager, false);
    }

    /** Returns an adapter with the parameters that it starts from. */
    protected final <T extends WeightAdapter> T started(T adapter) {
        WeightSpec weight = adapter.weight();
        adapter.initialize(manager, weight.parameterType(), weight.shape());
        return adapter;
    }

    /** Returns an adapter whose parameters are normal numbers of a deviation. */
    protected final <T extends WeightAdapter> T random(T adapter, float deviation) {
        adapter.setInitializer(new NormalInitializer(deviation), parameter -> true);
        return started(adapter);
    }

    /** Returns normal numbers in float64. */
    protected final NDArray random(Shape shape) {
        return manager.randomNormal(shape, DataType.FLOAT64);
    }

    /** Returns what an adapter makes of a weight, or of a weight and a bias. */
    protected final NDList adapted(WeightAdapter adapter, NDArray... arrays) {
        return adapter.forward(store, new NDList(arrays), false);
    }

    /** Returns what an adapter makes of a weight that has no bias. */
    protected final NDArray adapted(WeightAdapter adapter, NDArray weight) {
        return adapted(adapter, new NDArray[] {weight}).singletonOrThrow();
    }

    /** Returns an adapter's parameter. */
    protected static NDArray array(WeightAdapter adapter, String name) {
        return adapter.getParameters().get(name).getArray();
    }
}
