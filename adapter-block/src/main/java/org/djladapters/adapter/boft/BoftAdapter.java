/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.boft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.Placement;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.orthogonal.Division;
import org.djladapters.adapter.orthogonal.Geodesic;
import org.djladapters.adapter.orthogonal.OrthogonalAdapter;
import org.djladapters.rotation.BlockRotation;
import org.djladapters.rotation.FlopCount;
import org.djladapters.rotation.OrthogonalMap;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.Butterfly;
import org.djladapters.rotation.programs.OrthogonalKernel;

/**
 * A BOFT adapter of one weight: W' = diag(s) W M<sup>T</sup>, or y = (x M W<sup>T</sup>) &#8857; s
 * + b, with M the {@link Butterfly} of m factors.
 *
 * <p>Parameters: {@code boft_R} of shape (m, blocks, b(b-1)/2), the packed strictly upper triangles
 * of skew matrices, zeros at the start, whose exact Cayley transforms are the blocks of the
 * factors; {@code boft_s}, the factors s of shape (out, 1), for a convolution (1, out), ones at the
 * start. PEFT stores full matrices A with S = (A - A<sup>T</sup>)/2 instead of triangles.
 */
final class BoftAdapter extends WeightAdapter implements OrthogonalAdapter {

    private final Form form;
    private final Parameter rotation;
    private final Parameter scale;

    private record Form(Division division, int factors, double dropout) {}

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    BoftAdapter(Division division, int factors, double dropout, WeightSpec weight) {
        super(weight);
        form = new Form(division, factors, dropout);
        long triangle = division.size() * (division.size() - 1L) / 2;
        rotation =
                addParameter(
                        "boft_R",
                        new Shape(factors, division.blocks(), triangle),
                        Initializer.ZEROS);
        int out = weight.features();
        boolean convolution = weight.kind() == WeightSpec.Kind.CONV2D;
        scale =
                addParameter(
                        "boft_s",
                        convolution ? new Shape(1, out) : new Shape(out, 1),
                        Initializer.ONES);
    }

    /** Returns the size of a block, b. */
    int blockSize() {
        return form.division().size();
    }

    @Override
    protected Object groupKey() {
        return form;
    }

    @Override
    protected Object function() {
        return List.of(form.division(), form.factors());
    }

    @Override
    protected List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<NDArray> triangles = new ArrayList<>(group.size());
        List<NDArray> scales = new ArrayList<>(group.size());
        for (WeightAdapter member : group) {
            BoftAdapter adapter = (BoftAdapter) member;
            triangles.add(value(adapter.rotation, store, manager, training));
            scales.add(flatValue(adapter.scale, store, manager, training));
        }
        List<NDArray> factors =
                OrthogonalKernel.matrices(triangles, blockSize(), OrthogonalMap.CAYLEY, 0, manager);
        NDArray index =
                form.factors() == 1
                        ? null
                        : manager.create(
                                Butterfly.gathers(
                                        form.division().blocks(), blockSize(), form.factors()));
        List<WeightTransform> transforms = new ArrayList<>(group.size());
        for (int i = 0; i < group.size(); i++) {
            NDArray kept = training ? dropped(factors.get(i)) : factors.get(i);
            // the last factor acts first on the inputs
            NDArray steps = form.factors() == 1 ? kept : kept.flip(0);
            transforms.add(
                    WeightTransform.IDENTITY
                            .withInput(new BlockRotation(steps, index))
                            .withScale(scales.get(i)));
        }
        return transforms;
    }

    @Override
    public boolean changesInputs() {
        return true;
    }

    @Override
    public FlopCount operations(Placement placement) {
        long blocks = form.division().blocks();
        return OrthogonalMap.CAYLEY
                .building(form.factors() * blocks, blockSize(), 0)
                .plus(FlopCount.rotating(form.factors(), blocks, blockSize()));
    }

    @Override
    public BoftAdapter newInstance() {
        return new BoftAdapter(form.division(), form.factors(), form.dropout(), weight());
    }

    @Override
    public Map<String, NDArray> interpolated(
            List<WeightAdapter> points, double[] weights, NDManager scope) {
        Geodesic path = new Geodesic(points, weights, scope);
        List<NDArray> triangles = path.values(rotation.getName());
        return Map.of(
                rotation.getName(),
                path.rotations(triangles, blockSize(), OrthogonalMap.CAYLEY),
                scale.getName(),
                path.factors(scale.getName()));
    }

    /** Puts the identity in the place of some blocks of one factor. */
    private NDArray dropped(NDArray factors) {
        int blocks = form.division().blocks();
        int count = (int) (form.dropout() * blocks);
        if (count == 0) {
            return factors;
        }
        NDManager manager = factors.getManager();
        // drawn by the engine, whose seed reproduces a run
        NDArray order = manager.randomUniform(0, 1, new Shape(blocks)).argSort();
        float draw = manager.randomUniform(0, 1, new Shape(1)).getFloat();
        int factor = Math.min((int) (draw * form.factors()), form.factors() - 1);
        float[] mask = new float[form.factors() * blocks];
        for (int i = 0; i < count; i++) {
            mask[factor * blocks + Math.toIntExact(order.getLong(i))] = 1;
        }
        DataType type = factors.getDataType();
        NDArray left =
                manager.create(mask, new Shape(form.factors(), blocks, 1, 1)).toType(type, false);
        NDArray eye = manager.eye(blockSize()).toType(type, false);
        return factors.mul(left.neg().add(1)).add(eye.mul(left));
    }

    @Override
    public String toString() {
        return "BoftAdapter("
                + form.division()
                + (form.factors() > 1 ? ", " + form.factors() + " factors" : "")
                + ")";
    }
}
