/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.loha;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.lycoris.LycorisAdapter;
import org.djladapters.rotation.programs.DenseKernel;

/**
 * A LoHa adapter of one weight, see {@link LoHaConfig}.
 *
 * <p>Parameters: {@code hada_w1_a} and {@code hada_w2_a} of shape (out, r), {@code hada_w1_b} and
 * {@code hada_w2_b} of shape (r, in); of effective convolutions (r, out) and (r, channels), and
 * {@code hada_t1} and {@code hada_t2} of shape (r, r, height, width). At the start {@code
 * hada_w2_b} is zeros and the others are uniform within &plusmn;1/&radic;n, with n their inputs.
 */
final class LoHaAdapter extends LycorisAdapter {

    private final int rank;

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    LoHaAdapter(LoHaConfig config, WeightSpec weight) {
        super(weight, DenseKernel::hadamard, config.scaling(weight.path()));
        rank = config.rank(weight.path());
        boolean effective = config.isEffective(weight);
        setMatrices(matrix(1, false, effective), matrix(2, true, effective));
    }

    private Matrix matrix(int number, boolean zeros, boolean effective) {
        int out = weight().features();
        Shape filters = weight().shape();
        Parameter core =
                effective
                        ? addParameter(
                                "hada_t" + number,
                                new Shape(rank, rank, filters.get(2), filters.get(3)),
                                initializer(false))
                        : null;
        Parameter up =
                addParameter(
                        "hada_w" + number + "_a",
                        effective ? new Shape(rank, out) : new Shape(out, rank),
                        initializer(false));
        Parameter down =
                addParameter(
                        "hada_w" + number + "_b",
                        new Shape(rank, effective ? filters.get(1) : weight().inputs()),
                        initializer(zeros));
        return new Matrix(up, down, core);
    }

    @Override
    public String toString() {
        return "LoHaAdapter(rank " + rank + ")";
    }
}
