/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.peanut;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.lowrank.OnWeightAdapter;
import org.djladapters.adapter.peanut.PeanutConfig.Activation;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.LowRankKernel;

/**
 * A PEANuT adapter of one layer, see {@link PeanutConfig}.
 *
 * <p>Parameters: {@code peanut_A.weight} of shape (r, out), {@code peanut_encoders.<i>.weight} and
 * {@code peanut_decoders.<i>.weight} of shape (r, r), uniform at the start, and {@code
 * peanut_B.weight} of shape (out, r), zeros.
 */
final class PeanutAdapter extends OnWeightAdapter {

    private final Form form;
    private final List<Parameter> network = new ArrayList<>();
    private final Parameter up;

    private record Form(int rank, int depth, Activation activation, double scaling) {}

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    PeanutAdapter(PeanutConfig config, WeightSpec weight) {
        super(weight, config.rank(), 0);
        form = new Form(config.rank(), config.depth(), config.activation(), config.scaling());
        int rank = config.rank();
        int outputs = weight.features();
        network.add(addParameter("peanut_A.weight", new Shape(rank, outputs), uniform(outputs)));
        for (String half : List.of("encoders", "decoders")) {
            for (int i = 0; i < config.depth(); i++) {
                String name = "peanut_" + half + "." + i + ".weight";
                network.add(addParameter(name, new Shape(rank, rank), uniform(rank)));
            }
        }
        up = addParameter("peanut_B.weight", new Shape(outputs, rank), Initializer.ZEROS);
    }

    @Override
    protected Object groupKey() {
        return form;
    }

    @Override
    protected List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<NDArray> matrices = new ArrayList<>();
        List<NDArray> ups = new ArrayList<>(group.size());
        for (WeightAdapter member : group) {
            PeanutAdapter adapter = (PeanutAdapter) member;
            adapter.network.forEach(p -> matrices.add(value(p, store, manager, training)));
            ups.add(value(adapter.up, store, manager, training));
        }
        List<NDArray> downs =
                LowRankKernel.ofWeights(
                        matrices,
                        bases(group),
                        transposed(group),
                        form.depth(),
                        form.activation().number(),
                        manager);
        double[] factors = new double[group.size()];
        Arrays.fill(factors, form.scaling());
        return LowRankKernel.scaled(downs, ups, factors, manager).stream()
                .map(WeightTransform.IDENTITY::withLowRank)
                .toList();
    }

    @Override
    public String toString() {
        return "PeanutAdapter(rank %d, depth %d)".formatted(form.rank(), form.depth());
    }
}
