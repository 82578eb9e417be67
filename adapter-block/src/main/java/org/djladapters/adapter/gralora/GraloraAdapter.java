/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.gralora;

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
import org.djladapters.adapter.lowrank.LowRankAdapter;
import org.djladapters.rotation.LowRank;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.LowRankKernel;

/**
 * A GraLoRA adapter of one layer, see {@link GraloraConfig}, as one product of rank k r + h.
 *
 * <p>Parameters: {@code gralora_A} of shape (k, in / k, r), uniform at the start, and {@code
 * gralora_B} of shape (k, r, out / k), zeros; with a rank h of the whole also {@code
 * gralora_A_general.weight} of shape (h, in) and {@code gralora_B_general.weight} of shape (out,
 * h).
 */
final class GraloraAdapter extends LowRankAdapter {

    private final Form form;
    private final Parameter down;
    private final Parameter up;
    private Parameter wholeDown;
    private Parameter wholeUp;

    private record Form(int rank, int parts, int whole, double scaling) {}

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    GraloraAdapter(GraloraConfig config, WeightSpec weight) {
        super(weight, (long) config.parts() * config.rank() + config.wholeRank(), config.dropout());
        int rank = config.rank();
        int parts = config.parts();
        int whole = config.wholeRank();
        form = new Form(rank, parts, whole, config.alpha() / (rank + whole));
        int inputs = weight.inputs();
        int width = inputs / parts;
        int outputs = weight.features();
        down = addParameter("gralora_A", new Shape(parts, width, rank), uniform(width));
        up = addParameter("gralora_B", new Shape(parts, rank, outputs / parts), Initializer.ZEROS);
        if (whole > 0) {
            wholeDown =
                    addParameter(
                            "gralora_A_general.weight", new Shape(whole, inputs), uniform(inputs));
            wholeUp =
                    addParameter(
                            "gralora_B_general.weight",
                            new Shape(outputs, whole),
                            Initializer.ZEROS);
        }
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
            GraloraAdapter adapter = (GraloraAdapter) member;
            downs.add(value(adapter.down, store, manager, training));
            ups.add(value(adapter.up, store, manager, training));
        }
        List<LowRank> blocks = LowRankKernel.ofBlocks(downs, ups, manager);
        downs.clear();
        ups.clear();
        for (int i = 0; i < blocks.size(); i++) {
            GraloraAdapter adapter = (GraloraAdapter) group.get(i);
            NDArray rows = blocks.get(i).down();
            NDArray columns = blocks.get(i).up();
            if (form.whole() > 0) {
                rows = rows.concat(value(adapter.wholeDown, store, manager, training), 0);
                columns = columns.concat(value(adapter.wholeUp, store, manager, training), 1);
            }
            downs.add(rows);
            ups.add(columns);
        }
        double[] scalings = new double[group.size()];
        Arrays.fill(scalings, form.scaling());
        return LowRankKernel.scaled(downs, ups, scalings, manager).stream()
                .map(sum -> withDropout(sum, manager, training))
                .map(WeightTransform.IDENTITY::withLowRank)
                .toList();
    }

    @Override
    public String toString() {
        return "GraloraAdapter(rank %d in %d parts)".formatted(form.rank(), form.parts());
    }
}
