/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.hra;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;
import org.djladapters.adapter.Placement;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.rotation.BlockRotation;
import org.djladapters.rotation.FlopCount;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.TransformKernel;

/**
 * An HRA adapter of one weight: W' = W P with P = H<sub>1</sub> ... H<sub>r</sub>, the product of
 * the reflections H<sub>i</sub> = I - 2 u<sub>i</sub> u<sub>i</sub><sup>T</sup> /
 * &#8741;u<sub>i</sub>&#8741;<sup>2</sup>.
 *
 * <p>Parameter: {@code hra_u} of shape (in, r), the vectors u<sub>i</sub> as columns, at the start
 * uniform within &plusmn;&radic;(2/r) and in pairs of equal ones.
 *
 * <p>With U the columns of norm one, P = I - U T U<sup>T</sup>, where T<sup>-1</sup> is I/2 plus
 * the strictly upper triangle of U<sup>T</sup>U. Where the vectors are made orthonormal first,
 * T<sup>-1</sup> is half of U<sup>T</sup>U, since 2 U (U<sup>T</sup>U)<sup>-1</sup> U<sup>T</sup>
 * is twice the projection onto what they span. Source: Puglisi, "Modification of the Householder
 * method based on the compact WY representation", SIAM J. Sci. Stat. Comput. 13(3), 1992.
 */
final class HraAdapter extends WeightAdapter {

    private final Form form;
    private final Parameter vectors;

    private record Form(int inputs, int rank, boolean orthonormal) {}

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    HraAdapter(int inputs, int rank, boolean orthonormal, WeightSpec weight) {
        super(weight);
        form = new Form(inputs, rank, orthonormal);
        vectors = addParameter("hra_u", new Shape(inputs, rank), HraAdapter::pairs);
    }

    /** Draws vectors in equal pairs; an odd number, which only checkpoints have, without pairs. */
    private static NDArray pairs(NDManager manager, Shape shape, DataType type) {
        long inputs = shape.get(0);
        long rank = shape.get(1);
        float bound = (float) Math.sqrt(2.0 / rank);
        if (rank % 2 != 0) {
            return manager.randomUniform(-bound, bound, shape, type);
        }
        try (NDArray half =
                manager.randomUniform(-bound, bound, new Shape(inputs, rank / 2), type)) {
            return half.repeat(1, 2);
        }
    }

    @Override
    protected Object groupKey() {
        return form;
    }

    @Override
    protected List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        NDList values = new NDList();
        for (WeightAdapter member : group) {
            values.add(value(((HraAdapter) member).vectors, store, manager, training));
        }
        NDArray all = NDArrays.stack(values);
        // else it would stay with the parameter as long as that lives
        all.attach(manager);
        NDArray units = all.div(all.square().sum(new int[] {1}, true).sqrt());
        NDArray turned = units.transpose(0, 2, 1);
        NDArray middle = inverseMiddle(turned.matMul(units), manager).inverse();
        // inputs are multiplied by the transpose of P
        NDArray change = units.matMul(middle.transpose(0, 2, 1)).matMul(turned);
        NDArray rotations = eye(form.inputs(), all.getDataType(), manager).sub(change);
        List<WeightTransform> transforms = new ArrayList<>(group.size());
        for (int i = 0; i < group.size(); i++) {
            NDArray blocks =
                    rotations.get(i).reshape(new Shape(1, 1, form.inputs(), form.inputs()));
            transforms.add(WeightTransform.IDENTITY.withInput(new BlockRotation(blocks, null)));
        }
        return transforms;
    }

    /** Computes the inverse of T of every adapter from its U'U. */
    private NDArray inverseMiddle(NDArray products, NDManager manager) {
        DataType type = products.getDataType();
        if (form.orthonormal()) {
            return TransformKernel.times(products, 0.5, manager);
        }
        NDArray places = manager.arange(form.rank());
        NDArray upper = places.expandDims(0).gt(places.expandDims(1)).toType(type, false);
        NDArray half = TransformKernel.times(eye(form.rank(), type, manager), 0.5, manager);
        return products.mul(upper).add(half);
    }

    private static NDArray eye(int size, DataType type, NDManager manager) {
        return manager.eye(size).toType(type, false);
    }

    @Override
    public boolean changesInputs() {
        return true;
    }

    @Override
    public FlopCount operations(Placement placement) {
        long inputs = form.inputs();
        long rank = form.rank();
        long building =
                4 * inputs * rank * rank + 2 * inputs * inputs * rank + 2 * rank * rank * rank;
        return new FlopCount(0, 0, building, 2 * building).plus(FlopCount.rotating(1, 1, inputs));
    }

    @Override
    public String toString() {
        return "HraAdapter("
                + form.rank()
                + (form.orthonormal() ? " orthonormal" : "")
                + " reflections)";
    }
}
