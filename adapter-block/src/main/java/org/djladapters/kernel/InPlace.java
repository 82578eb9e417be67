/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;

/** Writes into arrays that are parameters, which the engine otherwise forbids. */
public final class InPlace {

    private InPlace() {}

    /** Copies values of the same shape; whether the target requires gradients stays as it was. */
    public static void copy(NDArray from, NDArray to) {
        boolean trained = to.hasGradient();
        to.setRequiresGradient(false);
        try (NDArray values = from.stopGradient()) {
            to.set(new NDIndex("..."), values);
        }
        to.setRequiresGradient(trained);
    }

    /** Sets all entries of an array to a value. */
    public static void fill(NDArray to, double value) {
        try (NDArray values = to.getManager().full(to.getShape(), (float) value)) {
            copy(values, to);
        }
    }
}
