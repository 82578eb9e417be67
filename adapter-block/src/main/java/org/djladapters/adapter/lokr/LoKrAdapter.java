/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lokr;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.lycoris.LycorisAdapter;
import org.djladapters.rotation.programs.DenseKernel;

/**
 * A LoKr adapter of one weight, see {@link LoKrConfig}.
 *
 * <p>Parameters: {@code lokr_w1} of shape (l, m), or {@code lokr_w1_a} (l, r) and {@code lokr_w1_b}
 * (r, m); {@code lokr_w2} of shape (k, n) or (k, n, height, width), or {@code lokr_w2_a} (k, r) and
 * {@code lokr_w2_b} (r, n &middot; height &middot; width), of effective convolutions (r, k) and (r,
 * n) with {@code lokr_t2} (r, r, height, width). At the start {@code lokr_w1} or {@code lokr_w1_a}
 * is zeros and the others are uniform within &plusmn;1/&radic;n, with n their inputs.
 */
final class LoKrAdapter extends LycorisAdapter {

    private final int rank;
    private final Shape small;
    private final Shape large;

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    LoKrAdapter(LoKrConfig config, WeightSpec weight) {
        super(weight, DenseKernel::kronecker, config.scaling(weight.path()));
        rank = config.rank(weight.path());
        int out = weight.features();
        boolean convolution = weight.kind() == WeightSpec.Kind.CONV2D;
        int in = convolution ? Math.toIntExact(weight.shape().get(1)) : weight.inputs();
        int rows = config.smaller(out);
        int columns = config.smaller(in);
        // a factor that divides a side may be the larger of the two numbers
        small = new Shape(rows, columns);
        large =
                convolution
                        ? new Shape(
                                out / rows,
                                in / columns,
                                weight.shape().get(2),
                                weight.shape().get(3))
                        : new Shape(out / rows, in / columns);
        setMatrices(
                small(config.decomposeBoth() && isFactored(small)),
                large(isFactored(large), config.isEffective(weight)));
    }

    private boolean isFactored(Shape shape) {
        return 2L * rank < Math.max(shape.get(0), shape.get(1));
    }

    private Matrix small(boolean factored) {
        if (!factored) {
            return new Matrix(addParameter("lokr_w1", small, initializer(true)), null, null);
        }
        Shape up = new Shape(small.get(0), rank);
        Shape down = new Shape(rank, small.get(1));
        return new Matrix(
                addParameter("lokr_w1_a", up, initializer(true)),
                addParameter("lokr_w1_b", down, initializer(false)),
                null);
    }

    private Matrix large(boolean factored, boolean effective) {
        if (!factored) {
            return new Matrix(addParameter("lokr_w2", large, initializer(false)), null, null);
        }
        Parameter core =
                effective
                        ? addParameter(
                                "lokr_t2",
                                new Shape(rank, rank, large.get(2), large.get(3)),
                                initializer(false))
                        : null;
        Shape up = effective ? new Shape(rank, large.get(0)) : new Shape(large.get(0), rank);
        Shape down = new Shape(rank, effective ? large.get(1) : large.slice(1).size());
        return new Matrix(
                addParameter("lokr_w2_a", up, initializer(false)),
                addParameter("lokr_w2_b", down, initializer(false)),
                core);
    }

    @Override
    public String toString() {
        return "LoKrAdapter(rank " + rank + ", " + small + " by " + large + ")";
    }
}
