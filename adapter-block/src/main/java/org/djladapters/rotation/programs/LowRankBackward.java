/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.djladapters.rotation.CustomBackward;
import org.djladapters.rotation.FlopCount;
import org.djladapters.rotation.LowRank;
import org.djladapters.rotation.WeightTransform;

/**
 * Layers with W' = W + B A. With G the gradient of y, dB = G<sup>T</sup> (x A<sup>T</sup>) and dA =
 * (G B)<sup>T</sup> x.
 */
public final class LowRankBackward implements CustomBackward {

    private final List<LowRank> factors;
    private final List<Layer> layers;
    private final List<NDArray> weights;
    private final boolean[] transposed;

    /**
     * Creates the layers. A pass computes W + B A of a layer when it comes there.
     *
     * @param transforms transforms with a low-rank product, without dropout, and no rotations or
     *     norms
     * @param weights the weight of each, of the type of the transform
     * @param transposed whether the weight at a position is stored as (in, out)
     */
    public LowRankBackward(
            List<WeightTransform> transforms, List<NDArray> weights, boolean[] transposed) {
        factors = transforms.stream().map(WeightTransform::lowRank).toList();
        layers =
                transforms.stream()
                        .map(t -> new Layer(t.withLowRank(null), Task.lowRank(t.lowRank())))
                        .toList();
        this.weights = List.copyOf(weights);
        this.transposed = transposed.clone();
    }

    /**
     * Returns what a low-rank product adds to a training step of a linear layer with this backward
     * pass: W + B A once a step, 2 r in out, and for every token the products G<sup>T</sup>(x
     * A<sup>T</sup>) and (G B)<sup>T</sup>x, 4 r (in + out).
     */
    public static FlopCount operations(long rank, long inputs, long outputs) {
        return new FlopCount(0, 4 * rank * (inputs + outputs), 2 * rank * inputs * outputs, 0);
    }

    @Override
    public List<Layer> layers() {
        return layers;
    }

    @Override
    public NDList weights(NDManager manager) {
        return KernelProgram.BACKWARD
                .call("low_rank_weights", manager)
                .tensors(factors.stream().map(LowRank::down).toList())
                .tensors(factors.stream().map(LowRank::up).toList())
                .tensors(weights)
                .made(scope -> scope.create(transposed))
                .run();
    }

    @Override
    public void backward(List<SavedTensors> saved, NDManager scope) {
        List<NDArray> tensors = new ArrayList<>();
        List<NDArray> gradients = new ArrayList<>();
        for (SavedTensors use : saved) {
            LowRank product = factors.get(use.layer());
            tensors.add(product.down());
            tensors.add(product.up());
            gradients.addAll(use.arrays());
        }
        KernelProgram.BACKWARD
                .call("add_gradients", scope)
                .tensors(tensors)
                .tensors(gradients)
                .run();
    }
}
