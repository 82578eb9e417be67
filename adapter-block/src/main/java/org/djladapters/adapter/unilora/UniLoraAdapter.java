/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.unilora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
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
 * A Uni-LoRA adapter of one linear layer: W' = W + B A, where every entry of A and B is an entry of
 * one vector &theta; divided by the square root of how often that is used. The vector is the only
 * thing that trains, and all layers share it.
 *
 * <p>Shared parameter: {@code unilora_theta_d} of shape (d), at the start uniform within &plusmn;
 * {@link UniLoraConfig#initialBound()}. The adapter of a weight that stands alone has it as its own
 * parameter.
 */
final class UniLoraAdapter extends LowRankAdapter {

    private final UniLoraConfig config;
    private final UniLoraVector vector;
    private final int position;
    private final boolean alone;

    private record Form(int rank, int length) {}

    /**
     * Constructs an adapter.
     *
     * @param vector the vector
     * @param position which of the weights of the vector this is for
     * @param alone whether there is no other
     */
    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    UniLoraAdapter(
            UniLoraConfig config,
            UniLoraVector vector,
            int position,
            WeightSpec weight,
            boolean alone) {
        super(weight, config.rank(), config.dropout());
        this.config = config;
        this.vector = vector;
        this.position = position;
        this.alone = alone;
        if (alone) {
            addParameter(vector.values());
        }
    }

    @Override
    public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        super.initialize(manager, dataType, inputShapes);
        vector.initialize(manager);
    }

    @Override
    public Map<String, Parameter> sharedParameters() {
        return alone ? Map.of() : Map.of(UniLoraVector.NAME, vector.values());
    }

    /** Which entries make up A and B, unless they are to be drawn from the seed again. */
    @Override
    public Map<String, NDArray> fixed() {
        return config.saveIndices() ? entries().arrays() : Map.of();
    }

    private UniLoraVector.Entries entries() {
        return vector.entries(position);
    }

    @Override
    protected Object groupKey() {
        return new Form(config.rank(), config.vectorLength());
    }

    @Override
    protected List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<NDArray> vectors = new ArrayList<>();
        List<NDArray> indices = new ArrayList<>();
        List<NDArray> scales = new ArrayList<>();
        for (WeightAdapter member : group) {
            UniLoraAdapter adapter = (UniLoraAdapter) member;
            vectors.add(value(adapter.vector.values(), store, manager, training));
            indices.add(adapter.entries().down());
            indices.add(adapter.entries().up());
            scales.add(adapter.entries().downScales());
            scales.add(adapter.entries().upScales());
        }
        List<LowRank> sums = LowRankKernel.gathered(vectors, indices, scales, manager);
        List<WeightTransform> transforms = new ArrayList<>(group.size());
        for (int i = 0; i < group.size(); i++) {
            UniLoraAdapter member = (UniLoraAdapter) group.get(i);
            LowRank sum = member.withDropout(sums.get(i), manager, training);
            transforms.add(WeightTransform.IDENTITY.withLowRank(sum));
        }
        return transforms;
    }

    /** The vector of another adapter means the same only if its entries are used the same way. */
    @Override
    public Map<String, NDArray> valuesOf(WeightAdapter other, NDManager scope) {
        Map<String, NDArray> values = super.valuesOf(other, scope);
        UniLoraVector.Entries theirs = ((UniLoraAdapter) other).entries();
        boolean equal =
                entries().down().contentEquals(theirs.down())
                        && entries().up().contentEquals(theirs.up())
                        && entries().downScales().contentEquals(theirs.downScales())
                        && entries().upScales().contentEquals(theirs.upScales());
        if (!equal) {
            throw new IllegalArgumentException(
                    "The other adapter uses the entries of its vector otherwise, as one of another"
                            + " seed or other targets does; load it as a separate adapter");
        }
        return values;
    }

    /** Releases the vector of all adapters that share it. */
    @Override
    public void close() {
        super.close();
        vector.close();
    }

    @Override
    public String toString() {
        return "UniLoraAdapter(rank "
                + config.rank()
                + " of a vector of "
                + config.vectorLength()
                + ")";
    }
}
