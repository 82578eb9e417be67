/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.vera;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.ConstantInitializer;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.LowRankConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.lowrank.LowRankAdapter;
import org.djladapters.adapter.random.RandomProjections;
import org.djladapters.rotation.LowRank;
import org.djladapters.rotation.WeightTransform;

/**
 * A VeRA adapter of one linear layer: W' = W + diag(&lambda;<sub>b</sub>) B
 * diag(&lambda;<sub>d</sub>) A. A and B are random, stay as they are, and are shared by all layers,
 * of which each takes the first columns of A, as many as it has inputs, and the first rows of B, as
 * many as it has outputs.
 *
 * <p>Parameters: {@code vera_lambda_b} of shape (out), zeros at the start, and {@code
 * vera_lambda_d} of shape (r), {@link VeraConfig#initial()} at the start. Those of PVeRA, see
 * {@link PveraConfig}, are named after it, and the second has the shape (2r).
 */
final class VeraAdapter extends LowRankAdapter {

    private final String method;
    private final int rank;
    private final boolean saved;
    private final RandomProjections projections;
    private final Parameter features;
    private final Parameter ranks;

    /**
     * Makes an adapter with the options of VeRA.
     *
     * @param size how many entries &lambda;<sub>d</sub> has, of which the first r are used
     */
    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    VeraAdapter(LowRankConfig config, int size, RandomProjections projections, WeightSpec weight) {
        super(weight, config.rank(), config.dropout());
        method = config.method();
        rank = config.rank();
        saved = config.get(VeraConfig.SAVE_PROJECTIONS);
        this.projections = projections;
        features =
                addParameter(method + "_lambda_b", new Shape(weight.features()), Initializer.ZEROS);
        ranks =
                addParameter(
                        method + "_lambda_d",
                        new Shape(size),
                        new ConstantInitializer(config.get(VeraConfig.INITIAL).floatValue()));
    }

    @Override
    public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        super.initialize(manager, dataType, inputShapes);
        projections.initialize(manager);
    }

    /** The projections, unless they are to be made from the seed again. */
    @Override
    public Map<String, NDArray> shared() {
        return saved ? projections.arrays(method) : Map.of();
    }

    @Override
    protected Object groupKey() {
        return VeraAdapter.class;
    }

    @Override
    protected List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<WeightTransform> transforms = new ArrayList<>(group.size());
        for (WeightAdapter member : group) {
            LowRank sum = ((VeraAdapter) member).sum(store, manager, training);
            transforms.add(WeightTransform.IDENTITY.withLowRank(sum));
        }
        return transforms;
    }

    private LowRank sum(ParameterStore store, NDManager manager, boolean training) {
        NDArray down = projections.down(weight().inputs(), manager);
        NDArray up = projections.up(weight().features(), manager);
        NDArray inner = flatValue(ranks, store, manager, training);
        LowRank sum =
                new LowRank(
                        scaled(down, inner.get(new NDIndex(":{}", rank))),
                        scaled(up, value(features, store, manager, training)),
                        null);
        return withDropout(sum, manager, training);
    }

    /** Multiplies rows; what is made belongs to the manager of the matrix. */
    private static NDArray scaled(NDArray matrix, NDArray factors) {
        return matrix.transpose().mul(factors).transpose();
    }

    /** Releases the parameters, and the projections of all adapters that share them. */
    @Override
    public void close() {
        super.close();
        projections.close();
    }

    @Override
    public String toString() {
        return (method.equals("vera") ? "Vera" : "Pvera") + "Adapter(rank " + rank + ")";
    }
}
