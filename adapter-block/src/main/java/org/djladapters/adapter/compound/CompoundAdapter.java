/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.Placement;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.orthogonal.Geodesic;
import org.djladapters.adapter.orthogonal.OrthogonalAdapter;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CustomBackward;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.FlopCount;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.CompoundBackward;
import org.djladapters.rotation.programs.CompoundKernel;
import org.djladapters.rotation.programs.CompoundPlan;

/**
 * A compound adapter of one weight: W' = diag(s) C<sup>T</sup> W with C block diagonal of compound
 * matrices.
 *
 * <p>Parameters: {@code compound} of shape {@link CompoundForm#parameterShape()}, zeros at the
 * start (identity matrices where the map is {@code matrix}), and with scaling {@code compound_s} of
 * shape (features, 1), ones at the start.
 *
 * <p>Source: Raj and Coyle, "Hyper Compressed Fine-Tuning of Large Foundation Models with Quantum
 * Inspired Adapters", arXiv 2502.06916.
 */
final class CompoundAdapter extends WeightAdapter implements OrthogonalAdapter {

    private final CompoundForm form;
    private final Parameter compound;
    private final Parameter scale;
    private CompoundPlan plan;

    /**
     * Constructs an adapter.
     *
     * @param form how the rotation is built; its features are those of the weight
     * @param scaling whether every output feature gets a trained factor
     * @param weight the weight it is for
     */
    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    CompoundAdapter(CompoundForm form, boolean scaling, WeightSpec weight) {
        super(weight);
        this.form = form;
        compound =
                addParameter(
                        Parameter.builder()
                                .setName("compound")
                                .setType(Parameter.Type.OTHER)
                                .optShape(form.parameterShape())
                                .optInitializer(
                                        form.map().isSkew()
                                                ? Initializer.ZEROS
                                                : CompoundAdapter::identities)
                                .build());
        scale =
                scaling
                        ? addParameter(
                                Parameter.builder()
                                        .setName("compound_s")
                                        .setType(Parameter.Type.OTHER)
                                        .optShape(new Shape(weight.features(), 1))
                                        .optInitializer(Initializer.ONES)
                                        .build())
                        : null;
    }

    @Override
    protected Object groupKey() {
        return form;
    }

    @Override
    protected List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<NDArray> scales = new ArrayList<>(group.size());
        for (WeightAdapter member : group) {
            Parameter own = ((CompoundAdapter) member).scale;
            scales.add(own == null ? null : value(own, store, manager, training));
        }
        List<NDArray> parameters = parameters(group, store, manager, training);
        return CompoundKernel.transforms(plan(), parameters, scales, manager);
    }

    /** Coordinates that no compound matrix fills stay as they are, but for the scaling. */
    @Override
    public int covered() {
        return scale == null ? form.covered() : weight().features();
    }

    @Override
    public boolean allowsCustomBackward() {
        return CompoundBackward.supports(form);
    }

    @Override
    protected Object backwardGroupKey() {
        return CompoundBackward.groupKey(form);
    }

    @Override
    protected CustomBackward customBackward(
            List<WeightAdapter> group,
            List<NDArray> weights,
            ParameterStore store,
            NDManager manager) {
        List<WeightTransform> rests = new ArrayList<>(group.size());
        for (WeightAdapter member : group) {
            Parameter own = ((CompoundAdapter) member).scale;
            rests.add(
                    WeightTransform.IDENTITY.withScale(
                            own == null ? null : flatValue(own, store, manager, true)));
        }
        List<NDArray> parameters = parameters(group, store, manager, true);
        List<CompoundForm> forms =
                group.stream().map(member -> ((CompoundAdapter) member).form).toList();
        return CompoundBackward.of(
                plan(), forms, parameters, rests, weights, transposed(group), manager);
    }

    @Override
    public FlopCount operations(Placement placement) {
        return form.operations(weight().inputs(), placement == Placement.CUSTOM_BACKWARD);
    }

    private List<NDArray> parameters(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<NDArray> parameters = new ArrayList<>(group.size());
        for (WeightAdapter member : group) {
            Parameter own = ((CompoundAdapter) member).compound;
            parameters.add(value(own, store, manager, training));
        }
        return parameters;
    }

    @Override
    public CompoundAdapter newInstance() {
        return new CompoundAdapter(form, scale != null, weight());
    }

    @Override
    public Map<String, NDArray> interpolated(
            List<WeightAdapter> points, double[] weights, NDManager scope) {
        boolean determinants =
                form.rule() == EntryRule.DETERMINANT || form.layout().largestOrder() == 1;
        boolean sum = form.added() && form.chain() > 1;
        if (!determinants || sum) {
            throw new IllegalArgumentException(
                    "Interpolation needs orthogonal matrices: determinants, and chains that are"
                            + " multiplied. These are "
                            + CompoundConfig.describe(form));
        }
        Geodesic path = new Geodesic(points, weights, scope);
        Map<String, NDArray> values = new LinkedHashMap<>();
        List<NDArray> triangles = path.values(compound.getName());
        values.put(compound.getName(), path.rotations(triangles, form.layout().size(), form.map()));
        if (scale != null) {
            values.put(scale.getName(), path.factors(scale.getName()));
        }
        return values;
    }

    /**
     * Applies the transform to activations: y = (x C) &#8857; s.
     *
     * @param activations x of shape (..., features)
     * @param store the source of parameter values
     * @param training whether gradients are to flow into the parameters
     * @return y of the shape of x, with the manager of x
     */
    NDArray rotate(NDArray activations, ParameterStore store, boolean training) {
        try (NDManager scope = activations.getManager().newSubManager()) {
            WeightTransform transform = transforms(List.of(this), store, scope, training).get(0);
            return CompoundKernel.rotate(activations, transform);
        }
    }

    /** Lives as long as the manager of the parameters does. */
    private synchronized CompoundPlan plan() {
        if (plan == null || !plan.isOpen()) {
            plan = new CompoundPlan(form, compound.getArray().getManager());
        }
        return plan;
    }

    /** Makes the parameters, at least of type float32 since Q is not computed in half precision. */
    void makeParameters(NDManager manager, DataType dataType) {
        Shape shape = weight().shape();
        initialize(manager, WeightSpec.linear(shape, dataType).parameterType(), shape);
    }

    private static NDArray identities(NDManager manager, Shape shape, DataType dataType) {
        int n = Math.toIntExact(shape.get(2));
        return manager.eye(n, n, 0, dataType)
                .reshape(1, 1, n, n)
                .tile(new long[] {shape.get(0), shape.get(1), 1, 1});
    }

    @Override
    public void close() {
        super.close();
        if (plan != null) {
            plan.close();
            plan = null;
        }
    }

    @Override
    public String toString() {
        return "CompoundAdapter("
                + CompoundConfig.describe(form)
                + (scale == null ? "" : ", scaling")
                + ")";
    }
}
