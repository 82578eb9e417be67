/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.deft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.initializer.NormalInitializer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.lowrank.OnWeightAdapter;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.LowRankKernel;
import org.djladapters.rotation.programs.TransformKernel;

/**
 * A DEFT adapter of one layer, see {@link DeftConfig}.
 *
 * <p>Parameters: {@code deft_P} of shape (out, r), normal of deviation 0.02 at the start, and
 * {@code deft_R} of shape (r, in), which takes nothing away then.
 */
final class DeftAdapter extends OnWeightAdapter {

    private static final float DEVIATION = 0.02f;

    private final Form form;
    private final Parameter projection;
    private final Parameter injection;

    private record Form(int rank, boolean orthogonal, double scaling) {}

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    DeftAdapter(DeftConfig config, WeightSpec weight) {
        super(weight, Math.min(config.rank(), weight.features()), config.dropout());
        int rank = Math.min(config.rank(), weight.features());
        form = new Form(rank, config.orthogonal(), config.scaling(rank));
        projection =
                addParameter(
                        "deft_P",
                        new Shape(weight.features(), rank),
                        new NormalInitializer(DEVIATION));
        injection =
                config.onlyRemoving()
                        ? null
                        : addParameter(
                                "deft_R", new Shape(rank, weight.inputs()), Initializer.ZEROS);
    }

    @Override
    public void initializeFrom(NDArray base) {
        super.initializeFrom(base);
        if (injection == null) {
            return;
        }
        try (NDManager scope = injection.getArray().getManager().newSubManager()) {
            NDArray removed =
                    LowRankKernel.removed(
                            detached(projection, scope),
                            base,
                            weight().transposed(),
                            form.orthogonal(),
                            scope);
            set(injection.getArray(), TransformKernel.times(removed, 1 / form.scaling(), scope));
        }
    }

    @Override
    protected Object groupKey() {
        return form;
    }

    @Override
    protected List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<NDArray> projections = new ArrayList<>(group.size());
        List<NDArray> injections = new ArrayList<>(group.size());
        for (WeightAdapter member : group) {
            DeftAdapter adapter = (DeftAdapter) member;
            projections.add(value(adapter.projection, store, manager, training));
            injections.add(
                    adapter.injection == null
                            ? manager.create(new Shape(0))
                            : value(adapter.injection, store, manager, training));
        }
        double[] factors = new double[group.size()];
        Arrays.fill(factors, form.scaling());
        return LowRankKernel.replaced(
                        projections,
                        injections,
                        bases(group),
                        transposed(group),
                        factors,
                        form.orthogonal(),
                        manager)
                .stream()
                .map(sum -> withDropout(sum, manager, training))
                .map(WeightTransform.IDENTITY::withLowRank)
                .toList();
    }

    @Override
    public String toString() {
        return "DeftAdapter(rank " + form.rank() + ")";
    }
}
