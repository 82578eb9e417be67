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
import org.djladapters.rotation.FlopCount;
import org.djladapters.rotation.LowRank;

/** Makes low-rank products on the native engine; gradients flow through {@link #scaled}. */
public final class LowRankKernel {

    private LowRankKernel() {}

    /**
     * Makes the products s B A of layers of any shapes in one native call, without dropout.
     *
     * @param downs A of every layer, of shape (r, ...)
     * @param ups B of every layer, of shape (out, r) or (out, r, 1, 1)
     * @param factors s of every layer
     */
    public static List<LowRank> scaled(
            List<NDArray> downs, List<NDArray> ups, double[] factors, NDManager manager) {
        NDList flat =
                KernelProgram.LOW_RANK
                        .call("scaled", manager)
                        .tensors(downs)
                        .tensors(ups)
                        .made(scope -> scope.create(factors))
                        .run();
        List<NDArray> flatDowns = flat.subList(0, factors.length);
        List<NDArray> scaledUps = flat.subList(factors.length, flat.size());
        List<LowRank> products = new ArrayList<>();
        for (int i = 0; i < factors.length; i++) {
            products.add(new LowRank(flatDowns.get(i), scaledUps.get(i), null));
        }
        return products;
    }

    /**
     * Makes products B A whose entries are entries of vectors, in one native call.
     *
     * @param vectors the vector of every layer, which may be the same
     * @param indices which entry every entry of A of shape (r, in) and of B of shape (out, r) is,
     *     two arrays for a layer
     * @param scales what these entries are multiplied by, in the same shapes, of the type of the
     *     results
     */
    public static List<LowRank> gathered(
            List<NDArray> vectors, List<NDArray> indices, List<NDArray> scales, NDManager manager) {
        return products(
                KernelProgram.LOW_RANK
                        .call("gathered", manager)
                        .tensors(vectors)
                        .tensors(indices)
                        .tensors(scales)
                        .run());
    }

    /**
     * Makes products B A of mixtures of the vectors of banks, in one native call.
     *
     * @param logits of A of shape (r, in / b, h), and of B of shape (out / b, r, h), two arrays for
     *     a layer: of every part of length b the k largest count, by their softmax
     * @param top k
     * @param banks the vectors of every layer, of shape (h, b)
     */
    public static List<LowRank> mixed(
            List<NDArray> logits, int top, List<NDArray> banks, NDManager manager) {
        return products(
                KernelProgram.LOW_RANK
                        .call("mixed", manager)
                        .tensors(logits)
                        .tensors(banks)
                        .made(scope -> scope.create(top))
                        .run());
    }

    /**
     * Makes the same with the k vectors of every part given.
     *
     * @param weights all but the last of their weights, whose sum is one, (..., k - 1)
     * @param indices which vectors of a bank they are, (..., k), as int64
     */
    public static List<LowRank> mixed(
            List<NDArray> weights, List<NDArray> indices, List<NDArray> banks, NDManager manager) {
        return products(
                KernelProgram.LOW_RANK
                        .call("chosen", manager)
                        .tensors(weights)
                        .tensors(indices)
                        .tensors(banks)
                        .run());
    }

    /**
     * Makes products B A whose A of shape (r, in) adds up the inputs whose numbers are equal modulo
     * r, and does not train, in one native call.
     *
     * @param blocks B of every layer turned, of shape (r, m), which is repeated along the outputs
     * @param shapes out and in of every layer, one after the other
     */
    public static List<LowRank> shared(List<NDArray> blocks, long[] shapes, NDManager manager) {
        return products(
                KernelProgram.LOW_RANK
                        .call("shared", manager)
                        .tensors(blocks)
                        .made(scope -> scope.create(shapes))
                        .run());
    }

    /**
     * Makes products B A that are sums of products of fixed matrices, of which the vectors between
     * and behind them train, in one native call; see {@code RandLoraConfig}.
     *
     * @param lambdas the vectors between, (r, k), for every layer
     * @param gammas the vectors behind, (k, m)
     * @param downs the right matrices, (r, 1, m or more)
     * @param ups the left matrices, (n or more, k or more, r)
     * @param shapes out and in of every layer, one after the other
     */
    public static List<LowRank> scaledBases(
            List<NDArray> lambdas,
            List<NDArray> gammas,
            List<NDArray> downs,
            List<NDArray> ups,
            long[] shapes,
            double[] factors,
            NDManager manager) {
        return products(
                KernelProgram.LOW_RANK
                        .call("scaled_bases", manager)
                        .tensors(lambdas)
                        .tensors(gammas)
                        .tensors(downs)
                        .tensors(ups)
                        .made(scope -> scope.create(shapes))
                        .made(scope -> scope.create(factors))
                        .run());
    }

    /**
     * Makes the products M A of every layer, in one native call.
     *
     * @param vectors numbers (u) of which M is made
     * @param projections the matrices (u, r, r) whose sum, each times one of the numbers, is M
     * @param downs A of shape (r, in)
     */
    public static List<NDArray> between(
            List<NDArray> vectors,
            List<NDArray> projections,
            List<NDArray> downs,
            NDManager manager) {
        return KernelProgram.LOW_RANK
                .call("between", manager)
                .tensors(vectors)
                .tensors(projections)
                .tensors(downs)
                .run();
    }

    /**
     * Scales the rows of A of every layer so that each rank of B A has a length of its bound
     * divided by r before its columns are multiplied by norms, in one native call.
     *
     * @param downs A of shape (r, in)
     * @param ups B of shape (out, r)
     * @param bounds the bounds, of shape (1)
     * @param norms factors of the inputs, of shape (in)
     */
    public static List<NDArray> bounded(
            List<NDArray> downs,
            List<NDArray> ups,
            List<NDArray> bounds,
            List<NDArray> norms,
            NDManager manager) {
        return KernelProgram.LOW_RANK
                .call("bounded", manager)
                .tensors(downs)
                .tensors(ups)
                .tensors(bounds)
                .tensors(norms)
                .run();
    }

    /**
     * Makes products B A that take directions away from the outputs of layers and put others in, in
     * one native call; see {@code DeftConfig}.
     *
     * @param projections P of shape (out, r) for every layer
     * @param injections R of shape (r, in), without elements for none
     * @param weights W, without gradient
     * @param transposed whether W is stored as (in, out)
     * @param factors s of every layer
     * @param orthogonal whether P is made orthonormal
     */
    public static List<LowRank> replaced(
            List<NDArray> projections,
            List<NDArray> injections,
            List<NDArray> weights,
            boolean[] transposed,
            double[] factors,
            boolean orthogonal,
            NDManager manager) {
        return products(
                KernelProgram.LOW_RANK
                        .call("replaced", manager)
                        .tensors(projections)
                        .tensors(injections)
                        .tensors(weights)
                        .made(scope -> scope.create(transposed))
                        .made(scope -> scope.create(factors))
                        .made(scope -> scope.create(orthogonal))
                        .run());
    }

    /** Computes what such a product takes away before B, of shape (r, in), of one layer. */
    public static NDArray removed(
            NDArray projection,
            NDArray weight,
            boolean transposed,
            boolean orthogonal,
            NDManager manager) {
        return KernelProgram.LOW_RANK
                .call("removed", manager)
                .tensor(projection)
                .tensor(weight)
                .made(scope -> scope.create(transposed))
                .made(scope -> scope.create(orthogonal))
                .run()
                .singletonOrThrow();
    }

    /**
     * Makes A of shape (r, in) of every layer, a small network of its weight, in one native call;
     * see {@code PeanutConfig}.
     *
     * @param matrices the matrices of the network, 1 + 2 depth for every layer
     * @param weights W, without gradient
     * @param transposed whether W is stored as (in, out)
     * @param function the number of the function between the matrices
     */
    public static List<NDArray> ofWeights(
            List<NDArray> matrices,
            List<NDArray> weights,
            boolean[] transposed,
            int depth,
            int function,
            NDManager manager) {
        return KernelProgram.LOW_RANK
                .call("of_weights", manager)
                .tensors(matrices)
                .tensors(weights)
                .made(scope -> scope.create(transposed))
                .made(scope -> scope.create(depth))
                .made(scope -> scope.create(function))
                .run();
    }

    /**
     * Makes products B A whose k by k blocks are products of rank r / k each, in one native call.
     *
     * @param downs parts of A of every layer, (k, in / k, r)
     * @param ups parts of B, (k, r, out / k)
     */
    public static List<LowRank> ofBlocks(
            List<NDArray> downs, List<NDArray> ups, NDManager manager) {
        return products(
                KernelProgram.LOW_RANK
                        .call("of_blocks", manager)
                        .tensors(downs)
                        .tensors(ups)
                        .run());
    }

    /** Takes A and B of every layer, one after the other. */
    private static List<LowRank> products(NDList factors) {
        List<LowRank> products = new ArrayList<>();
        for (int i = 0; i < factors.size(); i += 2) {
            products.add(new LowRank(factors.get(i), factors.get(i + 1), null));
        }
        return products;
    }

    /**
     * The nearest low-rank product to a matrix.
     *
     * @param down A of shape (r, in)
     * @param up B of shape (out, r)
     * @param error the Frobenius norm of what B A lacks, relative to that of the matrix
     */
    public record Factors(NDArray down, NDArray up, double error) {}

    /**
     * Factors matrices of shape (out, in) by their singular values, in float64, at a rank that is
     * at most their smaller side.
     */
    public static List<Factors> factor(List<NDArray> matrices, int rank, NDManager manager) {
        NDList flat =
                KernelProgram.LOW_RANK
                        .call("factor", manager)
                        .tensors(matrices)
                        .made(scope -> scope.create(new long[] {rank}))
                        .run();
        int count = matrices.size();
        List<NDArray> downs = flat.subList(0, count);
        List<NDArray> ups = flat.subList(count, 2 * count);
        List<NDArray> errors = flat.subList(2 * count, flat.size());
        List<Factors> factors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            try (NDArray error = errors.get(i)) {
                factors.add(new Factors(downs.get(i), ups.get(i), error.getDouble()));
            }
        }
        return factors;
    }

    /**
     * Computes singular values and vectors of a weight W, in float32 or, where W is, in float64.
     *
     * @param weight W of shape (out, ...), or (in, out) where transposed, all numbers finite
     * @param rank r, at most the smaller side of W
     * @return U of shape (out, r), S of shape (r), the largest first, and V<sup>T</sup> of shape
     *     (r, in)
     */
    public static NDList singular(NDArray weight, boolean transposed, int rank, NDManager manager) {
        return KernelProgram.LOW_RANK
                .call("singular", manager)
                .tensor(weight)
                .made(scope -> scope.create(transposed))
                .made(scope -> scope.create(rank))
                .run();
    }

    /**
     * Computes the beginning of the factorization W = Q R with orthonormal columns of Q and a
     * triangle R, for weights and in the type of {@link #singular}.
     *
     * @return the first columns of Q, of shape (out, r), and the first rows of R, of shape (r, in)
     */
    public static NDList orthogonalTriangular(
            NDArray weight, boolean transposed, int rank, NDManager manager) {
        return KernelProgram.LOW_RANK
                .call("orthogonal_triangular", manager)
                .tensor(weight)
                .made(scope -> scope.create(transposed))
                .made(scope -> scope.create(rank))
                .run();
    }

    /**
     * Returns what a low-rank product adds to a training step of a linear layer by autograd: for
     * every token 2 r (in + out) forward, (x A<sup>T</sup>) B<sup>T</sup>, and twice that backward,
     * the gradients of A, B, x and x A<sup>T</sup>.
     */
    public static FlopCount operations(long rank, long inputs, long outputs) {
        long products = 2 * rank * (inputs + outputs);
        return new FlopCount(products, 2 * products, 0, 0);
    }
}
