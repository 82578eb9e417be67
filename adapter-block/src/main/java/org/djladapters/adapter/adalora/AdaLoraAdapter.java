/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.adalora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.initializer.NormalInitializer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.lowrank.LowRankAdapter;
import org.djladapters.rotation.LowRank;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.LowRankKernel;

/**
 * An AdaLoRA adapter of one weight: W' = W + s B diag(E) A, with s = &alpha; / (r + 1e-5) as PEFT
 * computes it.
 *
 * <p>Parameters: {@code lora_A} of shape (r, in) and {@code lora_B} of shape (out, r), at the start
 * normal of deviation 0.02, and {@code lora_E} of shape (r, 1), zeros at the start. Ranks that were
 * taken away are zeros in all three, which have no gradient.
 */
final class AdaLoraAdapter extends LowRankAdapter {

    private static final float DEVIATION = 0.02f;

    private final Form form;
    private final Parameter down;
    private final Parameter factors;
    private final Parameter up;

    private record Form(int rank, double scaling) {}

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    AdaLoraAdapter(AdaLoraConfig config, WeightSpec weight) {
        super(weight, config.rank(), config.dropout());
        int rank = config.rank();
        form = new Form(rank, config.alpha() / (rank + 1e-5));
        Initializer normal = new NormalInitializer(DEVIATION);
        down = addParameter("lora_A", new Shape(rank, weight.inputs()), normal);
        factors = addParameter("lora_E", new Shape(rank, 1), Initializer.ZEROS);
        up = addParameter("lora_B", new Shape(weight.features(), rank), normal);
    }

    @Override
    protected Object groupKey() {
        return form;
    }

    @Override
    protected List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<NDArray> downs = new ArrayList<>(group.size());
        List<NDArray> ups = new ArrayList<>(group.size());
        for (WeightAdapter member : group) {
            AdaLoraAdapter adapter = (AdaLoraAdapter) member;
            NDArray rows = value(adapter.factors, store, manager, training);
            NDArray scaled = value(adapter.down, store, manager, training).mul(rows);
            // else it would stay with the parameter as long as that lives
            scaled.attach(manager);
            downs.add(scaled);
            ups.add(value(adapter.up, store, manager, training));
        }
        double[] scalings = new double[group.size()];
        Arrays.fill(scalings, form.scaling());
        List<LowRank> sums = LowRankKernel.scaled(downs, ups, scalings, manager);
        return sums.stream()
                .map(sum -> withDropout(sum, manager, training))
                .map(WeightTransform.IDENTITY::withLowRank)
                .toList();
    }

    @Override
    public String toString() {
        return "AdaLoraAdapter(rank " + form.rank() + ")";
    }
}
