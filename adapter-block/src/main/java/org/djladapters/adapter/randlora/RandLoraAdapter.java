/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.randlora;

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
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.LowRankKernel;

/**
 * A RandLoRA adapter of one layer, see {@link RandLoraConfig}.
 *
 * <p>Parameters: {@code randlora_lambda} of shape (r, k), zeros at the start, and {@code
 * randlora_gamma} of shape (k, m), 1 divided by the larger of k and m. Files also have {@code
 * randlora_A} and {@code randlora_B}, once for all layers and again for each.
 */
final class RandLoraAdapter extends LowRankAdapter {

    private final RandLoraConfig config;
    private final RandomBases bases;
    private final Parameter ranks;
    private final Parameter inputs;

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    RandLoraAdapter(RandLoraConfig config, RandomBases bases, WeightSpec weight) {
        super(weight, (long) count(config, weight) * config.rank(), config.dropout());
        this.config = config;
        this.bases = bases;
        int count = count(config, weight);
        int smaller = smaller(weight);
        ranks = addParameter("randlora_lambda", new Shape(config.rank(), count), Initializer.ZEROS);
        inputs =
                addParameter(
                        "randlora_gamma",
                        new Shape(count, smaller),
                        new ConstantInitializer(1f / Math.max(count, smaller)));
    }

    private static int smaller(WeightSpec weight) {
        return Math.min(weight.inputs(), weight.features());
    }

    private static int count(RandLoraConfig config, WeightSpec weight) {
        return RandomBases.count(smaller(weight), config.rank());
    }

    @Override
    public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        super.initialize(manager, dataType, inputShapes);
        bases.initialize(manager);
    }

    /** The random matrices, unless they are to be drawn from the seed again. */
    @Override
    public Map<String, NDArray> shared() {
        return config.saveProjections()
                ? Map.of("randlora_A", bases.down(), "randlora_B", bases.up())
                : Map.of();
    }

    /** The same: PEFT keeps them once more for every layer. */
    @Override
    public Map<String, NDArray> fixed() {
        return shared();
    }

    @Override
    protected Object groupKey() {
        return RandLoraAdapter.class;
    }

    @Override
    protected Object function() {
        return config.alpha() / config.rank();
    }

    @Override
    protected List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<NDArray> lambdas = new ArrayList<>(group.size());
        List<NDArray> gammas = new ArrayList<>(group.size());
        List<NDArray> downs = new ArrayList<>(group.size());
        List<NDArray> ups = new ArrayList<>(group.size());
        double[] factors = new double[group.size()];
        for (WeightAdapter member : group) {
            RandLoraAdapter adapter = (RandLoraAdapter) member;
            factors[downs.size()] = adapter.config.alpha() / adapter.config.rank();
            lambdas.add(value(adapter.ranks, store, manager, training));
            gammas.add(value(adapter.inputs, store, manager, training));
            downs.add(adapter.bases.down());
            ups.add(adapter.bases.up());
        }
        return LowRankKernel.scaledBases(
                        lambdas, gammas, downs, ups, shapes(group), factors, manager)
                .stream()
                .map(sum -> withDropout(sum, manager, training))
                .map(WeightTransform.IDENTITY::withLowRank)
                .toList();
    }

    /** One of the matrices does not train, which custom backward passes take for granted. */
    @Override
    public boolean allowsCustomBackward() {
        return false;
    }

    /** Scales mean the same only of the same matrices. */
    @Override
    public Map<String, NDArray> valuesOf(WeightAdapter other, NDManager scope) {
        Map<String, NDArray> values = super.valuesOf(other, scope);
        RandomBases theirs = ((RandLoraAdapter) other).bases;
        if (!bases.down().contentEquals(theirs.down()) || !bases.up().contentEquals(theirs.up())) {
            throw new IllegalArgumentException(
                    "The other adapter has other random matrices, as one of another seed does;"
                            + " load it as a separate adapter");
        }
        return values;
    }

    /** Releases the parameters, and the random matrices of all adapters that share them. */
    @Override
    public void close() {
        super.close();
        bases.close();
    }

    @Override
    public String toString() {
        return "RandLoraAdapter(%d matrices of rank %d)"
                .formatted(count(config, weight()), config.rank());
    }
}
