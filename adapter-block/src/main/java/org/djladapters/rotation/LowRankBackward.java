/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers with W' = W + B A. With G the gradient of y, dB = G<sup>T</sup> (x A<sup>T</sup>) and dA =
 * (G B)<sup>T</sup> x.
 */
public final class LowRankBackward implements CustomBackward {

    private final List<LowRank> sums;
    private final List<Layer> layers;

    private LowRankBackward(List<LowRank> sums, List<Layer> layers) {
        this.sums = sums;
        this.layers = layers;
    }

    /**
     * Puts transforms on a tape.
     *
     * @param transforms transforms with a sum of low rank, without dropout, and no rotations or
     *     norms
     * @param weights the weight of each, of the type of the transform
     * @param transposed whether the weight at a position is stored as (in, out)
     * @param manager the owner of the tape's arrays
     * @return the tape
     */
    public static LowRankBackward of(
            List<WeightTransform> transforms,
            List<NDArray> weights,
            boolean[] transposed,
            NDManager manager) {
        List<LowRank> sums = transforms.stream().map(WeightTransform::lowRank).toList();
        try (NDManager scope = manager.newSubManager()) {
            NDList sum =
                    KernelProgram.call("taped_low_rank", manager)
                            .tensors(sums.stream().map(LowRank::down).toList())
                            .tensors(sums.stream().map(LowRank::up).toList())
                            .tensors(weights)
                            .tensor(scope.create(transposed))
                            .run();
            List<Layer> layers = new ArrayList<>();
            for (int i = 0; i < sums.size(); i++) {
                WeightTransform rest = transforms.get(i).withLowRank(null);
                layers.add(new Layer(rest, Task.sum(sum.get(i), sums.get(i))));
            }
            return new LowRankBackward(sums, List.copyOf(layers));
        }
    }

    /**
     * What a sum of low rank adds to a training step of a linear layer on a tape: W + B A once a
     * step, and for every token the products G<sup>T</sup>(x A<sup>T</sup>) and (G B)<sup>T</sup>x.
     *
     * @param rank r
     * @param inputs in, the number of inputs
     * @param outputs out, the number of outputs
     * @return 2 r in out once a step, 4 r (in + out) for every token backward
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
        return new NDList(layers.stream().map(layer -> layer.task().weight()).toList());
    }

    @Override
    public void backward(List<SavedTensors> saved, NDManager scope) {
        List<NDArray> roots = new ArrayList<>();
        List<NDArray> gradients = new ArrayList<>();
        for (SavedTensors use : saved) {
            LowRank sum = sums.get(use.layer());
            roots.add(sum.down());
            roots.add(sum.up());
            gradients.addAll(use.arrays());
        }
        KernelProgram.call("hand_on", scope).tensors(roots).tensors(gradients).run();
    }
}
