/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.Placement;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.singular.BasisRecord;
import org.djladapters.adapter.singular.SingularVectors;
import org.djladapters.rotation.BlockRotation;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CustomBackward;
import org.djladapters.rotation.FlopCount;
import org.djladapters.rotation.LowRank;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.CompoundKernel;
import org.djladapters.rotation.programs.LowRankBackward;
import org.djladapters.rotation.programs.LowRankKernel;

/**
 * A compound adapter of one weight in the basis of its left singular vectors: W' = diag(s) U
 * C<sup>T</sup> U<sup>T</sup> W.
 *
 * <p>With U<sub>r</sub> the r singular vectors that C rotates, this is diag(s) (W + B A) with B =
 * U<sub>r</sub> C<sup>T</sup> - U<sub>r</sub> and A = U<sub>r</sub><sup>T</sup> W =
 * diag(&sigma;<sub>r</sub>) V<sub>r</sub><sup>T</sup>, which stays as it is. Of each vector and its
 * negative the one is taken whose largest entry is positive.
 *
 * <p>Parameters: those of {@link CompoundAdapter}. Files also have a {@link BasisRecord}.
 */
final class SingularCompoundAdapter extends CompoundAdapter {

    private final CompoundForm form;
    private NDManager owner;
    private NDArray vectors;
    private NDArray down;
    private BasisRecord basis;

    /** Tells adapters of this basis from those of the other. */
    private record Key(CompoundForm form) {}

    /** Takes forms whose features are singular directions of the weight; none of its inputs. */
    SingularCompoundAdapter(Forms forms, boolean scaling, WeightSpec weight) {
        super(forms, scaling, weight);
        form = forms.output();
    }

    /** Computes the singular vectors. */
    @Override
    public void initializeFrom(NDArray base) {
        release();
        NDManager parent = getDirectParameters().valueAt(0).getArray().getManager();
        owner = parent.newSubManager();
        try (NDManager scope = owner.newSubManager()) {
            int rank = form.layout().rotated();
            SingularVectors own =
                    SingularVectors.of(base, weight().transposed(), rank, scope).withFixedSigns();
            DataType type = weight().parameterType();
            vectors = own.left().transpose().toType(type, true);
            down = own.right().mul(own.values().expandDims(1)).toType(type, true);
            vectors.attach(owner);
            down.attach(owner);
            basis = BasisRecord.of(own, "compound", owner);
        }
    }

    @Override
    public Map<String, NDArray> fixed() {
        return basis == null ? Map.of() : basis.arrays();
    }

    @Override
    public void matchFixed(String name, NDArray stored) {
        try (NDManager scope = owner.newSubManager()) {
            basis.match(name, stored, detached(vectors, scope), detached(down, scope), weight());
        }
    }

    @Override
    public Map<String, NDArray> valuesOf(WeightAdapter other, NDManager scope) {
        Map<String, NDArray> values = super.valuesOf(other, scope);
        basis.requireSameSigns(((SingularCompoundAdapter) other).basis);
        return values;
    }

    @Override
    protected Object groupKey() {
        return new Key(form);
    }

    @Override
    protected List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<WeightTransform> rotations = super.build(group, store, manager, training);
        List<WeightTransform> transforms = new ArrayList<>(group.size());
        for (int i = 0; i < rotations.size(); i++) {
            SingularCompoundAdapter member = (SingularCompoundAdapter) group.get(i);
            LowRank change = member.change(rotations.get(i).output(), manager);
            transforms.add(rotations.get(i).withOutput(null).withLowRank(change));
        }
        return transforms;
    }

    /** The product B A. */
    private LowRank change(BlockRotation rotation, NDManager manager) {
        NDArray own = detached(vectors, manager);
        NDArray turned =
                rotation.index() == null ? turned(rotation, own) : turnedStepwise(rotation, own);
        return new LowRank(detached(down, manager), turned.sub(own).transpose(), null);
    }

    /** C U<sup>T</sup>, block by block. */
    private static NDArray turned(BlockRotation rotation, NDArray rows) {
        Shape shape = rotation.blocks().getShape();
        long blocks = shape.get(1);
        long size = shape.get(2);
        NDArray matrices = rotation.blocks().reshape(blocks, size, size);
        return matrices.matMul(rows.reshape(blocks, size, -1)).reshape(rows.getShape());
    }

    /** C U<sup>T</sup> where coordinates are gathered, and C is no block diagonal matrix. */
    private static NDArray turnedStepwise(BlockRotation rotation, NDArray rows) {
        NDArray identity =
                rows.getManager()
                        .eye(Math.toIntExact(rows.getShape().get(0)))
                        .toType(rows.getDataType(), false);
        WeightTransform steps = WeightTransform.IDENTITY.withOutput(rotation);
        return CompoundKernel.rotate(identity, steps).matMul(rows);
    }

    @Override
    public boolean allowsCustomBackward() {
        return true;
    }

    @Override
    protected Object backwardGroupKey() {
        return groupKey();
    }

    @Override
    protected CustomBackward customBackward(
            List<WeightAdapter> group,
            List<NDArray> weights,
            ParameterStore store,
            NDManager manager) {
        List<WeightTransform> transforms = build(group, store, manager, true);
        return new LowRankBackward(transforms, weights, transposed(group));
    }

    /** A needs no gradient. */
    @Override
    public FlopCount operations(Placement placement) {
        long rank = form.layout().rotated();
        long inputs = weight().inputs();
        long outputs = weight().features();
        FlopCount made =
                form.building()
                        .plus(FlopCount.once(2 * rank * form.layout().blockSize() * outputs));
        if (placement == Placement.CUSTOM_BACKWARD) {
            return made.plus(
                    new FlopCount(
                            0, 2 * rank * (inputs + outputs), 2 * rank * inputs * outputs, 0));
        }
        FlopCount product = LowRankKernel.operations(rank, inputs, outputs);
        return made.plus(
                new FlopCount(product.forward(), product.backward() - 2 * rank * inputs, 0, 0));
    }

    @Override
    public SingularCompoundAdapter newInstance() {
        return new SingularCompoundAdapter(new Forms(form, null), isScaling(), weight());
    }

    /** A new adapter has the vectors as they are computed here. */
    @Override
    public Map<String, NDArray> interpolated(
            List<WeightAdapter> points, double[] weights, NDManager scope) {
        for (WeightAdapter point : points) {
            if (point instanceof SingularCompoundAdapter other && !other.basis.isAsComputed()) {
                throw new IllegalArgumentException(
                        "An adapter was trained with other signs of the singular vectors than are"
                                + " computed on this machine, so it can't be interpolated here; do"
                                + " it where it was trained, or convert it to LoRA");
            }
        }
        return super.interpolated(points, weights, scope);
    }

    @Override
    public String layout() {
        return super.layout() + ", of singular directions";
    }

    @Override
    public void close() {
        super.close();
        release();
    }

    private void release() {
        if (owner != null) {
            owner.close();
            owner = null;
            basis = null;
        }
    }
}
