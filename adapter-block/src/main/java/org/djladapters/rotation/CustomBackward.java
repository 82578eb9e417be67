/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.djladapters.io.Internal;

/**
 * Layers that train through their transformed weights, with a custom backward pass that computes no
 * gradient of these weights.
 *
 * <p>A pass computes y = x W'<sup>T</sup> + b with W' as it is, at the cost of the base model,
 * outside of autograd. As soon as the backward pass knows the gradient G of y, it computes what is
 * needed of x or y and G, a few small arrays, and releases both; when it is over, {@link #backward}
 * makes the gradients of the transforms' parameters of these arrays. This takes one product over
 * the tokens where autograd, which has to go through a rotation or a low-rank product at every
 * token, takes three.
 */
@Internal
public interface CustomBackward {

    /**
     * A layer with a custom backward pass.
     *
     * @param rest what is still to be done to the outputs, by transforms with gradients: factors
     *     and changes of the bias
     */
    record Layer(WeightTransform rest, Task task) {}

    /**
     * The work that the forward pass does with W, and that the backward pass computes of a layer's
     * x or y and G; {@code recording.py} has the same by the same names.
     *
     * @param code the kind, and numbers that belong to it
     * @param weight W' = W + D of shape (out, in), without gradient, or null
     * @param first A of W' = W + B A, or positions for a rotation, or null
     * @param second B, or signs for a rotation, or null
     * @param blocks blocks of C of W' = C<sup>T</sup> W or W C<sup>T</sup>, or null
     */
    record Task(List<Integer> code, NDArray weight, NDArray first, NDArray second, NDArray blocks) {

        /** The number of {@link #arrays}. */
        public static final int ARRAYS = 4;

        private static final int ROTATION = 0;
        private static final int LOW_RANK = 1;
        private static final int CIRCULANT = 2;
        private static final int INPUT_ROTATION = 3;

        /** Copies the list. */
        public Task {
            code = List.copyOf(code);
        }

        /**
         * Returns the task of W' = C<sup>T</sup> W, or W' = W C<sup>T</sup> where C turns the
         * inputs. The backward pass gives the gradient of X of shape (count, n n), with which the
         * matrices A that C is made of change by A X, or by X A.
         *
         * @param blocks the blocks, one for each or one for all
         * @param form how many blocks there are, which coordinates they hold, and their parts,
         *     which are multiplied part by part
         * @param positions where the entries of X stand in the products of the parts
         * @param signs their signs there
         */
        public static Task rotation(
                NDArray blocks,
                CompoundForm form,
                boolean ofInputs,
                NDArray positions,
                NDArray signs) {
            CompoundLayout layout = form.layout();
            List<Integer> code = new ArrayList<>();
            code.add(ofInputs ? INPUT_ROTATION : ROTATION);
            code.add(layout.blocks());
            code.add(form.strided() ? 1 : 0);
            code.addAll(layout.parts());
            return new Task(code, null, positions, signs, blocks);
        }

        /**
         * Returns the task of W' = W + B A. The backward pass gives the gradients of A and B,
         * without elements where they are not needed.
         */
        public static Task lowRank(LowRank factors) {
            return new Task(List.of(LOW_RANK), null, factors.down(), factors.up(), null);
        }

        /**
         * Returns the task of a weight W' = W + D with D of circulant blocks of a size b. The
         * backward pass gives the gradient of the kernel of D, of shape (out / b, in / b, b).
         */
        public static Task circulant(NDArray weight, int size) {
            return new Task(List.of(CIRCULANT, size), weight, null, null, null);
        }

        /**
         * Returns {@value #ARRAYS} arrays in the order in which {@code recording.py} takes them, an
         * array without elements for each that is left out.
         */
        public List<NDArray> arrays(NDArray none) {
            List<NDArray> arrays = new ArrayList<>(Arrays.asList(weight, first, second, blocks));
            arrays.replaceAll(array -> array == null ? none : array);
            return arrays;
        }
    }

    /**
     * The arrays that a pass saves of one use of a layer until the gradients of its adapter are
     * computed.
     *
     * @param layer the position of the layer among the {@link #layers}
     * @param arrays what the backward pass has computed, as the layer's {@link Task} says
     */
    record SavedTensors(int layer, List<NDArray> arrays) {}

    /** Returns the layers, which belong to the manager that this was made with. */
    List<Layer> layers();

    /**
     * Computes the transformed weights W' of shape (out, in) of all layers, without gradients,
     * which belong to the manager or to that of the layers.
     */
    NDList weights(NDManager manager);

    /**
     * Adds to the gradients of the parameters, once, after the backward pass through the model,
     * from what the pass saved of at least one use of one layer.
     */
    void backward(List<SavedTensors> saved, NDManager scope);
}
