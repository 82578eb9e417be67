/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.singular;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.Placement;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.lowrank.LowRankAdapter;
import org.djladapters.rotation.FlopCount;
import org.djladapters.rotation.LowRank;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.TransformKernel;

/**
 * An adapter between the largest singular vectors of its weight: W' = W + B M A with fixed B (out,
 * r) and A (r, in), of which B A is the part of W of rank r that is largest, and a matrix M (r, r)
 * that is made of parameters.
 *
 * <p>B and A are computed from the weight whenever an adapter is made, and are in no file but by a
 * {@link BasisRecord}.
 */
public abstract class SingularAdapter extends LowRankAdapter {

    private final String method;
    private final int rank;
    private final Split split;
    private final double factor;
    private NDArray up;
    private NDArray down;
    private BasisRecord basis;

    /** Where the singular values S go. */
    public enum Split {
        /** B = U diag(S) and A = V<sup>T</sup>. */
        LEFT,
        /** B = U diag(S)<sup>1/2</sup> and A = diag(S)<sup>1/2</sup> V<sup>T</sup>. */
        EVEN
    }

    /**
     * Constructs an adapter.
     *
     * @param method how the names of the tensors begin that a file has besides the parameters
     * @param weight the weight it is for, of rank r at least
     * @param rank r
     * @param split where the singular values go
     * @param factor a number that B is multiplied with
     * @param dropout the probability with which an input of A is left out in a training step
     */
    protected SingularAdapter(
            String method,
            WeightSpec weight,
            int rank,
            Split split,
            double factor,
            double dropout) {
        super(weight, rank, dropout);
        this.method = method;
        this.rank = rank;
        this.split = split;
        this.factor = factor;
    }

    /** Makes M of shape (r, r) of each adapter of a group of one form, this one's among them. */
    protected abstract List<NDArray> middles(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training);

    /**
     * Returns the singular vectors that are taken of those that the engine gives, in a scope of
     * their own.
     */
    protected SingularVectors chosen(SingularVectors vectors) {
        return vectors;
    }

    /** Computes B and A. */
    @Override
    public void initializeFrom(NDArray base) {
        releaseFactors();
        NDManager owner = getDirectParameters().valueAt(0).getArray().getManager();
        try (NDManager scope = owner.newSubManager()) {
            SingularVectors vectors =
                    chosen(SingularVectors.of(base, weight().transposed(), rank, scope));
            basis = BasisRecord.of(vectors, method, owner);
            NDArray values = vectors.values();
            NDArray root = split == Split.EVEN ? values.sqrt() : null;
            NDArray scale = split == Split.EVEN ? root : values;
            up = TransformKernel.times(vectors.left().mul(scale), factor, owner);
            down = vectors.right();
            if (split == Split.EVEN) {
                down = down.mul(root.expandDims(1));
            }
            down.attach(owner);
        }
    }

    @Override
    public Map<String, NDArray> fixed() {
        return basis == null ? Map.of() : basis.arrays();
    }

    @Override
    public void matchFixed(String name, NDArray stored) {
        try (NDManager scope = up.getManager().newSubManager()) {
            NDArray left = detached(up, scope).transpose();
            basis.match(name, stored, left, detached(down, scope), weight());
        }
    }

    @Override
    public Map<String, NDArray> valuesOf(WeightAdapter other, NDManager scope) {
        Map<String, NDArray> values = super.valuesOf(other, scope);
        basis.requireSameSigns(((SingularAdapter) other).basis);
        return values;
    }

    @Override
    protected List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<NDArray> middles = middles(group, store, manager, training);
        List<WeightTransform> transforms = new ArrayList<>(group.size());
        for (int i = 0; i < middles.size(); i++) {
            SingularAdapter member = (SingularAdapter) group.get(i);
            transforms.add(member.transform(middles.get(i), manager, training));
        }
        return transforms;
    }

    private WeightTransform transform(NDArray middle, NDManager manager, boolean training) {
        if (up == null) {
            throw new IllegalStateException(
                    this + " needs the singular vectors of its weight; call initializeFrom first");
        }
        LowRank sum =
                new LowRank(detached(down, manager), detached(up, manager).matMul(middle), null);
        return WeightTransform.IDENTITY.withLowRank(withDropout(sum, manager, training));
    }

    /** With B M, and its gradient, once a step. */
    @Override
    public FlopCount operations(Placement placement) {
        long product = 2L * weight().features() * rank * rank;
        return super.operations(placement).plus(new FlopCount(0, 0, product, product));
    }

    /** Releases the parameters, B and A. */
    @Override
    public void close() {
        super.close();
        releaseFactors();
    }

    private void releaseFactors() {
        if (up != null) {
            up.close();
            down.close();
            basis.close();
            up = null;
            basis = null;
        }
    }
}
