/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.WeightAdapter;

/** Times building the transforms of all weights of an adapter, without the model. */
final class TransformBuild {

    private static final long SEED = 42;

    private final List<WeightAdapter> blocks;
    private final NDManager scope;
    private final Random random = new Random(SEED);
    private final List<NDArray> upstream = new ArrayList<>();

    /** Prepares builds; the scope owns arrays that all of them need. */
    TransformBuild(Adapter adapter, NDManager scope) {
        blocks = List.copyOf(adapter.targetModules().values());
        this.scope = scope;
    }

    /** Builds without gradients and returns the seconds. */
    double forward() {
        try (NDManager own = scope.newSubManager()) {
            return TimedCandidate.time(() -> InferenceTimings.await(parts(own, false).get(0)));
        }
    }

    /**
     * Builds, and computes gradients of the parameters from fixed random gradients of the
     * transforms; returns the seconds. The parameters keep their gradients.
     */
    double forwardAndBackward(Trainer trainer) {
        try (NDManager own = scope.newSubManager()) {
            return TimedCandidate.time(
                    () -> {
                        try (GradientCollector collector = trainer.newGradientCollector()) {
                            NDArray sum = weightedSum(parts(own, true), own);
                            collector.backward(sum);
                            InferenceTimings.await(sum);
                        }
                    });
        }
    }

    private List<NDArray> parts(NDManager own, boolean training) {
        ParameterStore store = new ParameterStore(own, false);
        return WeightAdapter.transforms(blocks, store, own, training).stream()
                .flatMap(transform -> transform.parts(null).stream())
                .filter(Objects::nonNull)
                .toList();
    }

    /** Computes a number whose gradients with respect to the parts are the fixed ones. */
    private NDArray weightedSum(List<NDArray> parts, NDManager own) {
        List<NDArray> values =
                parts.stream().filter(part -> part.getDataType().isFloating()).toList();
        NDArray sum = own.create(0f);
        for (int i = 0; i < values.size(); i++) {
            NDArray part = values.get(i);
            if (i == upstream.size()) {
                NDArray gradient = BenchmarkInputs.normal(part.getShape(), random, scope);
                upstream.add(gradient.toType(part.getDataType(), false));
            }
            NDArray product = part.mul(upstream.get(i));
            product.attach(own);
            sum = sum.add(product.sum());
        }
        return sum;
    }
}
