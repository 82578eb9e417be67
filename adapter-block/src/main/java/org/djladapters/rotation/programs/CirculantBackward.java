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
import org.djladapters.rotation.WeightTransform;

/**
 * Layers with W' = W + D, D of circulant blocks. With G the gradient of y, the gradient of a
 * block's kernel is the sum of G<sup>T</sup>x along the block's diagonals, a correlation of x and
 * G. Long ones are multiplied as Fourier transforms; G<sup>T</sup>x itself is not computed then.
 */
public final class CirculantBackward implements CustomBackward {

    /** From blocks of this size on {@code circulant.py} multiplies Fourier transforms. */
    private static final int TRANSFORMED = 32;

    private final List<NDArray> kernels;
    private final List<Layer> layers;

    private CirculantBackward(List<NDArray> kernels, List<Layer> layers) {
        this.kernels = kernels;
        this.layers = layers;
    }

    /**
     * Computes the weights W + D of layers.
     *
     * @param kernels c times the trained kernels of D, with their gradients, of shape (out / b, in
     *     / b, b)
     * @param weights the weight of each, of the type of the kernel
     * @param transposed whether the weight at a position is stored as (in, out)
     */
    public static CirculantBackward of(
            List<NDArray> kernels, List<NDArray> weights, boolean[] transposed, NDManager manager) {
        try (NDManager scope = manager.newSubManager()) {
            NDList changed =
                    KernelProgram.BACKWARD
                            .call("dense_weights", manager)
                            .tensors(CirculantKernel.matrices(kernels, scope))
                            .tensors(weights)
                            .tensor(scope.create(transposed))
                            .run();
            List<Layer> layers = new ArrayList<>();
            for (int i = 0; i < kernels.size(); i++) {
                int size = Math.toIntExact(kernels.get(i).getShape().get(2));
                layers.add(
                        new Layer(WeightTransform.IDENTITY, Task.circulant(changed.get(i), size)));
            }
            return new CirculantBackward(List.copyOf(kernels), List.copyOf(layers));
        }
    }

    /**
     * Returns what a matrix of circulant blocks of size b adds to a training step of a linear layer
     * with this backward pass: for every token backward, 2 in out of small blocks; of others 5/2
     * (in + out) log<sub>2</sub> b of the transforms and 4 in out / b of their products.
     */
    public static FlopCount operations(long inputs, long outputs, long size) {
        if (size < TRANSFORMED) {
            return new FlopCount(0, 2 * inputs * outputs, 0, 0);
        }
        long transforms =
                Math.round(2.5 * (inputs + outputs) * Math.log((double) size) / Math.log(2));
        return new FlopCount(0, transforms + 4 * inputs * outputs / size, 0, 0);
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
        List<NDArray> gradients = new ArrayList<>();
        for (SavedTensors use : saved) {
            gradients.addAll(use.arrays());
        }
        KernelProgram.BACKWARD
                .call("add_gradients", scope)
                .tensors(saved.stream().map(use -> kernels.get(use.layer())).toList())
                .tensors(gradients)
                .run();
    }
}
