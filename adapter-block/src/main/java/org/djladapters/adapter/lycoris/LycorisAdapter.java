/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lycoris;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.List;
import org.djladapters.adapter.Placement;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.dense.DenseAdapter;
import org.djladapters.rotation.FlopCount;
import org.djladapters.rotation.programs.DenseKernel.Factored;

/** An adapter that adds a product of some kind of two matrices, each of which may be factored. */
public abstract class LycorisAdapter extends DenseAdapter {

    /** The kind of the product. */
    @FunctionalInterface
    protected interface Product {
        /** Makes the products of all layers, times a factor. */
        List<NDArray> of(
                List<Factored> first, List<Factored> second, double[] factors, NDManager manager);
    }

    private final Product product;
    private final double scaling;
    private Matrix first;
    private Matrix second;

    /**
     * A matrix as trained parameters.
     *
     * @param up as in {@link Factored}
     * @param down as there, null for none
     * @param core as there, null for none
     */
    public record Matrix(Parameter up, Parameter down, Parameter core) {}

    /** Takes the kind of the product and its factor. */
    protected LycorisAdapter(WeightSpec weight, Product product, double scaling) {
        super(weight);
        this.product = product;
        this.scaling = scaling;
    }

    /** Sets the two matrices, whose parameters were added. */
    protected final void setMatrices(Matrix first, Matrix second) {
        this.first = first;
        this.second = second;
    }

    /**
     * Draws numbers uniformly within &plusmn;1/&radic;n, where n is the number of all axes of a
     * shape but the first multiplied: as {@code kaiming_uniform_} of PyTorch with a = &radic;5.
     */
    protected static NDArray uniform(NDManager manager, Shape shape, DataType type) {
        float bound = (float) (1 / Math.sqrt((double) shape.slice(1).size()));
        return manager.randomUniform(-bound, bound, shape, type);
    }

    /** Returns zeros or such numbers. */
    protected static Initializer initializer(boolean zeros) {
        return zeros ? Initializer.ZEROS : LycorisAdapter::uniform;
    }

    @Override
    protected final Object function() {
        return scaling;
    }

    @Override
    protected final List<NDArray> matrices(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<Factored> firsts = new ArrayList<>(group.size());
        List<Factored> seconds = new ArrayList<>(group.size());
        double[] factors = new double[group.size()];
        for (int i = 0; i < factors.length; i++) {
            LycorisAdapter member = (LycorisAdapter) group.get(i);
            firsts.add(member.factored(member.first, store, manager, training));
            seconds.add(member.factored(member.second, store, manager, training));
            factors[i] = member.scaling;
        }
        return product.of(firsts, seconds, factors, manager);
    }

    private Factored factored(
            Matrix matrix, ParameterStore store, NDManager manager, boolean training) {
        return new Factored(
                value(matrix.up(), store, manager, training),
                matrix.down() == null ? null : value(matrix.down(), store, manager, training),
                matrix.core() == null ? null : value(matrix.core(), store, manager, training));
    }

    /** Both matrices are multiplied once a step. */
    @Override
    public final FlopCount operations(Placement placement) {
        return super.operations(placement)
                .plus(FlopCount.once(multiplications(first) + multiplications(second)));
    }

    private static long multiplications(Matrix matrix) {
        if (matrix.down() == null) {
            return 0;
        }
        Shape up = matrix.up().getShape();
        Shape down = matrix.down().getShape();
        if (matrix.core() == null) {
            return 2 * up.size() * down.get(1);
        }
        long core = matrix.core().getShape().size();
        return 2 * up.get(1) * core + 2 * up.get(1) * down.get(1) * core / up.get(0);
    }
}
