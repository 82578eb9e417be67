/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.djladapters.rotation.FlopCount;

/** Makes matrices D of shape (out, in) on the native engine; gradients flow through all of it. */
public final class DenseKernel {

    private DenseKernel() {}

    /**
     * A matrix as it is, or as a product B A. Filters may have a core besides: the matrix is the
     * sum of B<sub>i</sub> A<sub>j</sub> core<sub>ij</sub> over i and j.
     *
     * @param up B of shape (out, r), or (r, out) with a core; the matrix itself, of shape (out,
     *     ...), where there is no A
     * @param down A of shape (r, in), or (r, channels) with a core; null for none
     * @param core of shape (r, r, height, width); null for none
     */
    public record Factored(NDArray up, NDArray down, NDArray core) {

        private void addTo(List<NDArray> parts, NDArray none) {
            parts.add(up);
            parts.add(down == null ? none : down);
            parts.add(core == null ? none : core);
        }
    }

    /** Makes the products of two matrices of every layer entry by entry, times a factor. */
    public static List<NDArray> hadamard(
            List<Factored> first, List<Factored> second, double[] factors, NDManager manager) {
        return pairs("hadamard", first, second, factors, manager);
    }

    /** Makes the Kronecker products of two matrices of every layer, times a factor. */
    public static List<NDArray> kronecker(
            List<Factored> first, List<Factored> second, double[] factors, NDManager manager) {
        return pairs("kronecker", first, second, factors, manager);
    }

    private static List<NDArray> pairs(
            String method,
            List<Factored> first,
            List<Factored> second,
            double[] factors,
            NDManager manager) {
        try (NDArray none = manager.create(new Shape(0))) {
            List<NDArray> parts = new ArrayList<>();
            for (int i = 0; i < factors.length; i++) {
                first.get(i).addTo(parts, none);
                second.get(i).addTo(parts, none);
            }
            return KernelProgram.DENSE
                    .call(method, manager)
                    .tensors(parts)
                    .made(scope -> scope.create(factors))
                    .run();
        }
    }

    /**
     * Makes the real parts of the inverse two-dimensional Fourier transforms of matrices that have
     * few entries, times a factor.
     *
     * @param spectra the entries (n) of every layer
     * @param places where they are in the matrix of shape (out, in), counted row by row, as int64
     * @param shapes out and in of every layer, one after the other
     */
    public static List<NDArray> fourier(
            List<NDArray> spectra,
            List<NDArray> places,
            long[] shapes,
            double[] factors,
            NDManager manager) {
        return KernelProgram.DENSE
                .call("fourier", manager)
                .tensors(spectra)
                .tensors(places)
                .made(scope -> scope.create(shapes))
                .made(scope -> scope.create(factors))
                .run();
    }

    /**
     * Makes the inverses of one step of the two-dimensional Haar transform of matrices that have
     * few entries, times a factor.
     *
     * @param spectra the entries (n) of every layer
     * @param places where they are in a matrix with sides of even length, counted row by row, as
     *     int64
     * @param shapes out and in of every layer, one after the other
     * @param direct whether the entries are left as they are
     */
    public static List<NDArray> haar(
            List<NDArray> spectra,
            List<NDArray> places,
            long[] shapes,
            double[] factors,
            boolean[] direct,
            NDManager manager) {
        return KernelProgram.DENSE
                .call("haar", manager)
                .tensors(spectra)
                .tensors(places)
                .made(scope -> scope.create(shapes))
                .made(scope -> scope.create(factors))
                .made(scope -> scope.create(direct))
                .run();
    }

    /**
     * Makes matrices that are zero but for few entries.
     *
     * @param values the entries (n) of every layer
     * @param places their rows and columns, (2, n), or their places counted row by row, (n), whole
     *     numbers
     * @param shapes out and in of every layer, one after the other
     */
    public static List<NDArray> scattered(
            List<NDArray> values, List<NDArray> places, long[] shapes, NDManager manager) {
        return KernelProgram.DENSE
                .call("scattered", manager)
                .tensors(values)
                .tensors(places)
                .made(scope -> scope.create(shapes))
                .run();
    }

    /**
     * Makes the products (W<sub>ij</sub> + I) B<sub>i</sub> of the blocks of weights.
     *
     * @param matrices B of shape (out / r, r, r) for every layer
     * @param weights W, without gradient
     * @param transposed whether W is stored as (in, out)
     */
    public static List<NDArray> blocks(
            List<NDArray> matrices,
            List<NDArray> weights,
            boolean[] transposed,
            NDManager manager) {
        return KernelProgram.DENSE
                .call("blocks", manager)
                .tensors(matrices)
                .tensors(weights)
                .made(scope -> scope.create(transposed))
                .run();
    }

    /** Finds the entries of a weight that are largest, or smallest, by absolute value. */
    public static NDArray extremes(
            NDArray weight, boolean transposed, int count, boolean smallest, NDManager manager) {
        return KernelProgram.DENSE
                .call("extremes", manager)
                .tensor(weight)
                .made(scope -> scope.create(transposed))
                .made(scope -> scope.create(count))
                .made(scope -> scope.create(smallest))
                .run()
                .singletonOrThrow();
    }

    /**
     * Makes the products of B A and W of every layer, entry by entry.
     *
     * @param downs A of shape (r, ...)
     * @param ups B of shape (out, r) or (out, r, 1, 1)
     * @param weights W, without gradient
     * @param transposed whether W is stored as (in, out)
     */
    public static List<NDArray> modulated(
            List<NDArray> downs,
            List<NDArray> ups,
            List<NDArray> weights,
            boolean[] transposed,
            NDManager manager) {
        return KernelProgram.DENSE
                .call("modulated", manager)
                .tensors(downs)
                .tensors(ups)
                .tensors(weights)
                .made(scope -> scope.create(transposed))
                .run();
    }

    /**
     * Returns what a matrix D adds to a training step of a linear layer by autograd, which computes
     * with W + D and then needs the gradient of that: 2 in out for every token backward.
     */
    public static FlopCount operations(long inputs, long outputs) {
        return new FlopCount(0, 2 * inputs * outputs, 0, 0);
    }
}
