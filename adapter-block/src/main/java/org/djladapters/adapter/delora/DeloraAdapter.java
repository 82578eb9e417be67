/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.delora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.ConstantInitializer;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.lowrank.LowRankAdapter;
import org.djladapters.rotation.LowRank;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.LowRankKernel;

/**
 * A DeLoRA adapter of one layer, see {@link DeloraConfig}.
 *
 * <p>Parameters: {@code delora_A} of shape (r, in), uniform at the start, {@code delora_B} of shape
 * (out, r), zeros, and {@code delora_lambda} of shape (1). Files also have the norms {@code
 * delora_w_norm} of shape (in).
 */
final class DeloraAdapter extends LowRankAdapter {

    private final int rank;
    private final Parameter down;
    private final Parameter up;
    private final Parameter bound;
    private NDArray norms;

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    DeloraAdapter(DeloraConfig config, WeightSpec weight) {
        super(weight, config.rank(weight.path()), config.dropout());
        rank = config.rank(weight.path());
        down = addParameter("delora_A", new Shape(rank, weight.inputs()), uniform(weight.inputs()));
        up = addParameter("delora_B", new Shape(weight.features(), rank), Initializer.ZEROS);
        bound =
                addParameter(
                        "delora_lambda",
                        new Shape(1),
                        new ConstantInitializer((float) config.bound()));
    }

    @Override
    public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        super.initialize(manager, dataType, inputShapes);
        if (norms == null) {
            norms = manager.ones(new Shape(weight().inputs()), dataType);
        }
    }

    /** Computes the norms of the columns. */
    @Override
    public void initializeFrom(NDArray base) {
        try (NDManager scope = norms.getManager().newSubManager()) {
            NDArray typed = detached(base, scope).toType(norms.getDataType(), false);
            int inputs = weight().transposed() ? 1 : 0;
            set(norms, typed.square().sum(new int[] {inputs}).sqrt());
        }
    }

    @Override
    public Map<String, NDArray> fixed() {
        return norms == null ? Map.of() : Map.of("delora_w_norm", norms);
    }

    @Override
    protected Object groupKey() {
        return DeloraAdapter.class;
    }

    @Override
    protected List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<NDArray> downs = new ArrayList<>(group.size());
        List<NDArray> ups = new ArrayList<>(group.size());
        List<NDArray> bounds = new ArrayList<>(group.size());
        List<NDArray> lengths = new ArrayList<>(group.size());
        for (WeightAdapter member : group) {
            DeloraAdapter adapter = (DeloraAdapter) member;
            downs.add(value(adapter.down, store, manager, training));
            ups.add(value(adapter.up, store, manager, training));
            bounds.add(value(adapter.bound, store, manager, training));
            lengths.add(adapter.norms);
        }
        List<NDArray> bounded = LowRankKernel.bounded(downs, ups, bounds, lengths, manager);
        List<WeightTransform> transforms = new ArrayList<>(group.size());
        for (int i = 0; i < bounded.size(); i++) {
            LowRank sum = new LowRank(bounded.get(i), ups.get(i), null);
            transforms.add(
                    WeightTransform.IDENTITY.withLowRank(withDropout(sum, manager, training)));
        }
        return transforms;
    }

    /** The same numbers mean the same only with the same norms. */
    @Override
    public Map<String, NDArray> valuesOf(WeightAdapter other, NDManager scope) {
        Map<String, NDArray> values = super.valuesOf(other, scope);
        if (!norms.contentEquals(((DeloraAdapter) other).norms)) {
            throw new IllegalArgumentException(
                    "The other adapter was trained on another weight; load it as a separate"
                            + " adapter");
        }
        return values;
    }

    /** Releases the parameters and the norms. */
    @Override
    public void close() {
        super.close();
        if (norms != null) {
            norms.close();
        }
    }

    @Override
    public String toString() {
        return "DeloraAdapter(rank " + rank + ")";
    }
}
