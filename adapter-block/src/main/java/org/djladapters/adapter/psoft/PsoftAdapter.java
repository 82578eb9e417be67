/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.psoft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.djladapters.adapter.Placement;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.singular.BasisRecord;
import org.djladapters.adapter.singular.SingularAdapter;
import org.djladapters.rotation.FlopCount;
import org.djladapters.rotation.NeumannSeries;
import org.djladapters.rotation.OrthogonalMap;
import org.djladapters.rotation.programs.OrthogonalKernel;

/**
 * A PSOFT adapter of one weight: W' = W + B (diag(b) R diag(a) - I) A, where B A is the part of W
 * of its r largest singular values and R a rotation of size r.
 *
 * <p>Parameters, named as in PEFT: {@code psoft_R.weight}, the triangle of r(r-1)/2 entries of a
 * skew matrix S with R = (I + S)(I - S)<sup>-1</sup>, zeros at the start, or R itself of shape (r,
 * r), I at the start; {@code psoft_R.vector_b} and {@code psoft_R.vector_a} of shape (r), ones at
 * the start. Files that are written here also have a {@link BasisRecord}.
 */
final class PsoftAdapter extends SingularAdapter {

    private final Form form;
    private final Parameter rotation;
    private final Parameter outer;
    private final Parameter inner;

    /** What says which W' given parameters make. The terms and the bound count in a series only. */
    private record Form(
            int rank,
            OrthogonalMap map,
            int terms,
            double bound,
            Split split,
            boolean outerScale,
            boolean innerScale) {

        static Form of(PsoftConfig config) {
            boolean series = config.map() == OrthogonalMap.NEUMANN;
            return new Form(
                    config.rank(),
                    config.map(),
                    series ? config.terms() : 0,
                    series ? config.bound() : 0,
                    PsoftAdapter.split(config),
                    config.outerScale(),
                    config.innerScale());
        }
    }

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    PsoftAdapter(PsoftConfig config, WeightSpec weight) {
        super("psoft", weight, config.rank(), split(config), 1, config.dropout());
        form = Form.of(config);
        int rank = form.rank();
        rotation =
                form.map().isSkew()
                        ? add("weight", new Shape(rank * (rank - 1) / 2), Initializer.ZEROS)
                        : add("weight", new Shape(rank, rank), PsoftAdapter::eye);
        outer = form.outerScale() ? add("vector_b", new Shape(rank), Initializer.ONES) : null;
        inner = form.innerScale() ? add("vector_a", new Shape(rank), Initializer.ONES) : null;
    }

    private static Split split(PsoftConfig config) {
        return config.symmetric() ? Split.EVEN : Split.LEFT;
    }

    private Parameter add(String name, Shape shape, Initializer initializer) {
        return addParameter("psoft_R." + name, shape, initializer);
    }

    private static NDArray eye(NDManager manager, Shape shape, DataType type) {
        return manager.eye((int) shape.get(0)).toType(type, false);
    }

    @Override
    protected Object groupKey() {
        return form;
    }

    @Override
    protected List<NDArray> middles(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        Function<Function<PsoftAdapter, Parameter>, NDArray> stacked =
                parameter -> {
                    NDList values = new NDList();
                    for (WeightAdapter member : group) {
                        Parameter one = parameter.apply((PsoftAdapter) member);
                        values.add(value(one, store, manager, training));
                    }
                    NDArray all = NDArrays.stack(values);
                    // else it would stay with the parameter as long as that lives
                    all.attach(manager);
                    return all;
                };
        NDArray matrices = rotations(stacked.apply(member -> member.rotation), manager);
        if (outer != null) {
            matrices = matrices.mul(stacked.apply(member -> member.outer).expandDims(2));
        }
        if (inner != null) {
            matrices = matrices.mul(stacked.apply(member -> member.inner).expandDims(1));
        }
        NDArray changes =
                matrices.sub(eye(manager, new Shape(form.rank()), matrices.getDataType()));
        List<NDArray> middles = new ArrayList<>(group.size());
        for (int i = 0; i < group.size(); i++) {
            middles.add(changes.get(i));
        }
        return middles;
    }

    /** R of every adapter, (adapters, r, r). */
    private NDArray rotations(NDArray parameters, NDManager manager) {
        if (!form.map().isSkew() || form.rank() == 1) {
            return form.map().isSkew()
                    ? manager.ones(
                            new Shape(parameters.getShape().get(0), 1, 1), parameters.getDataType())
                    : parameters;
        }
        NDArray triangles = parameters;
        if (form.bound() > 0) {
            triangles = OrthogonalKernel.bounded(List.of(triangles), form.bound(), manager).get(0);
        }
        NDArray made =
                OrthogonalKernel.matrices(
                                List.of(triangles),
                                form.rank(),
                                form.map(),
                                NeumannSeries.LAST_ONCE,
                                form.terms(),
                                manager)
                        .get(0);
        // Cayley's transform turns the other way than its series
        return form.map() == OrthogonalMap.CAYLEY ? made.transpose(0, 2, 1) : made;
    }

    @Override
    public FlopCount operations(Placement placement) {
        return super.operations(placement)
                .plus(form.map().building(1, form.rank(), Math.max(form.terms(), 0)));
    }

    @Override
    public String toString() {
        return "PsoftAdapter(rank " + form.rank() + ", " + form.map() + ")";
    }
}
