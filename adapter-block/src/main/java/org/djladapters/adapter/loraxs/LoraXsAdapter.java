/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.loraxs;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import java.util.List;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.singular.BasisRecord;
import org.djladapters.adapter.singular.SingularAdapter;
import org.djladapters.adapter.singular.SingularVectors;

/**
 * A LoRA-XS adapter of one weight: W' = W + s U diag(S) R V<sup>T</sup> with the r largest singular
 * values S of W and their vectors. The sign of each pair of vectors is chosen so that the largest
 * entry of its column of U is positive.
 *
 * <p>Parameter: {@code loraxs_R} of shape (r, r), zeros at the start. Files also have a {@link
 * BasisRecord}.
 */
final class LoraXsAdapter extends SingularAdapter {

    private final Form form;
    private final Parameter matrix;

    private record Form(int rank, double scaling) {}

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    LoraXsAdapter(LoraXsConfig config, WeightSpec weight) {
        super("loraxs", weight, config.rank(), Split.LEFT, config.scaling(), config.dropout());
        form = new Form(config.rank(), config.scaling());
        matrix =
                addParameter(
                        "loraxs_R", new Shape(config.rank(), config.rank()), Initializer.ZEROS);
    }

    @Override
    protected SingularVectors chosen(SingularVectors vectors) {
        return vectors.withFixedSigns();
    }

    @Override
    protected Object groupKey() {
        return form;
    }

    @Override
    protected List<NDArray> middles(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        return group.stream()
                .map(member -> value(((LoraXsAdapter) member).matrix, store, manager, training))
                .toList();
    }

    @Override
    public String toString() {
        return "LoraXsAdapter(rank " + form.rank() + ", scaling " + form.scaling() + ")";
    }
}
