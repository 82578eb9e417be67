/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.tinylora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.lowrank.LowRankAdapter;
import org.djladapters.adapter.random.TorchRandom;
import org.djladapters.adapter.singular.SingularVectors;
import org.djladapters.rotation.LowRank;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.LowRankKernel;

/**
 * A TinyLoRA adapter of one layer, see {@link TinyLoraConfig}.
 *
 * <p>It shares the parameter {@code tinylora_v.<group>} of shape (u), which is its own where the
 * adapter of a weight stands alone. Files also have {@code tinylora_A} of shape (r, in), {@code
 * tinylora_B} of shape (out, r) and {@code tinylora_P} of shape (u, r, r), which do not train.
 */
final class TinyLoraAdapter extends LowRankAdapter {

    private final TinyLoraConfig config;
    private final TinyVector vector;
    private final int seed;
    private final boolean alone;
    private final int rank;
    private NDArray down;
    private NDArray up;
    private NDArray projections;

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    TinyLoraAdapter(
            TinyLoraConfig config, TinyVector vector, int seed, WeightSpec weight, boolean alone) {
        super(weight, rank(config, weight), config.dropout());
        this.alone = alone;
        if (alone) {
            addParameter(vector.values());
        }
        this.config = config;
        this.vector = vector;
        this.seed = seed;
        rank = rank(config, weight);
    }

    private static int rank(TinyLoraConfig config, WeightSpec weight) {
        return Math.min(config.rank(), Math.min(weight.inputs(), weight.features()));
    }

    @Override
    public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        super.initialize(manager, dataType, inputShapes);
        vector.initialize(manager);
        if (projections == null) {
            Shape shape = new Shape(config.numbers(), rank, rank);
            int size = Math.toIntExact(shape.size());
            double deviation = 1 / Math.sqrt(rank);
            float[] drawn = new TorchRandom(seed).normal(size, deviation);
            projections = typed(manager.create(drawn, shape), dataType);
            down = manager.zeros(new Shape(rank, weight().inputs()), dataType);
            up = manager.zeros(new Shape(weight().features(), rank), dataType);
        }
    }

    private static NDArray typed(NDArray drawn, DataType type) {
        if (drawn.getDataType() == type) {
            return drawn;
        }
        try (drawn) {
            return drawn.toType(type, true);
        }
    }

    /** Computes A and B. */
    @Override
    public void initializeFrom(NDArray base) {
        try (NDManager scope = down.getManager().newSubManager()) {
            SingularVectors vectors = SingularVectors.of(base, weight().transposed(), rank, scope);
            NDArray root = vectors.values().sqrt();
            set(down, vectors.right().mul(root.expandDims(1)));
            set(up, vectors.left().mul(root));
        }
    }

    @Override
    public Map<String, Parameter> sharedParameters() {
        return alone ? Map.of() : Map.of(vector.values().getName(), vector.values());
    }

    /** Singular vectors and, unless they are to be drawn from the seed again, projections. */
    @Override
    public Map<String, NDArray> fixed() {
        Map<String, NDArray> fixed = new LinkedHashMap<>();
        if (down != null) {
            fixed.put("tinylora_A", down);
            fixed.put("tinylora_B", up);
            if (config.saveProjections()) {
                fixed.put("tinylora_P", projections);
            }
        }
        return fixed;
    }

    @Override
    protected Object groupKey() {
        return TinyLoraAdapter.class;
    }

    @Override
    protected List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<NDArray> vectors = new ArrayList<>(group.size());
        List<NDArray> matrices = new ArrayList<>(group.size());
        List<NDArray> downs = new ArrayList<>(group.size());
        for (WeightAdapter member : group) {
            TinyLoraAdapter adapter = (TinyLoraAdapter) member;
            vectors.add(value(adapter.vector.values(), store, manager, training));
            matrices.add(adapter.projections);
            downs.add(adapter.down);
        }
        List<NDArray> products = LowRankKernel.between(vectors, matrices, downs, manager);
        List<WeightTransform> transforms = new ArrayList<>(group.size());
        for (int i = 0; i < products.size(); i++) {
            NDArray fixed = detached(((TinyLoraAdapter) group.get(i)).up, manager);
            LowRank sum = new LowRank(products.get(i), fixed, null);
            transforms.add(
                    WeightTransform.IDENTITY.withLowRank(withDropout(sum, manager, training)));
        }
        return transforms;
    }

    /** B does not train, which custom backward passes take for granted. */
    @Override
    public boolean allowsCustomBackward() {
        return false;
    }

    /** Numbers mean the same only between the same matrices. */
    @Override
    public Map<String, NDArray> valuesOf(WeightAdapter other, NDManager scope) {
        Map<String, NDArray> values = super.valuesOf(other, scope);
        TinyLoraAdapter theirs = (TinyLoraAdapter) other;
        if (!down.contentEquals(theirs.down)
                || !up.contentEquals(theirs.up)
                || !projections.contentEquals(theirs.projections)) {
            throw new IllegalArgumentException(
                    "The other adapter has other fixed matrices; load it as a separate adapter");
        }
        return values;
    }

    /** Releases the fixed matrices, and the numbers of all adapters that share them. */
    @Override
    public void close() {
        super.close();
        vector.close();
        if (down != null) {
            down.close();
            up.close();
            projections.close();
        }
    }

    @Override
    public String toString() {
        return "TinyLoraAdapter(rank %d, %d numbers)".formatted(rank, config.numbers());
    }
}
