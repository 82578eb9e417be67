/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.vera;

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

/**
 * A VeRA adapter of one linear layer: W' = W + diag(&lambda;<sub>b</sub>) B
 * diag(&lambda;<sub>d</sub>) A. A and B are random, stay as they are, and are shared by all layers,
 * of which each takes the first columns of A, as many as it has inputs, and the first rows of B, as
 * many as it has outputs.
 *
 * <p>Parameters: {@code vera_lambda_b} of shape (out), zeros at the start, and {@code
 * vera_lambda_d} of shape (r), {@link VeraConfig#initial()} at the start.
 */
final class VeraAdapter extends LowRankAdapter {

    private final VeraConfig config;
    private final VeraProjections projections;
    private final Parameter features;
    private final Parameter ranks;

    VeraAdapter(VeraConfig config, VeraProjections projections, WeightSpec weight) {
        super(weight, config.rank(), config.dropout());
        this.config = config;
        this.projections = projections;
        features = addParameter("vera_lambda_b", new Shape(weight.features()), Initializer.ZEROS);
        ranks =
                addParameter(
                        "vera_lambda_d",
                        new Shape(config.rank()),
                        new ConstantInitializer((float) config.initial()));
    }

    @Override
    public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        super.initialize(manager, dataType, inputShapes);
        projections.initialize(manager);
    }

    /** The projections, unless they are to be made from the seed again. */
    @Override
    public Map<String, NDArray> shared() {
        return config.saveProjections() ? projections.arrays() : Map.of();
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
        LowRank sum =
                new LowRank(
                        scaled(down, value(ranks, store, manager, training)),
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
        return "VeraAdapter(rank " + config.rank() + ")";
    }
}
