/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.beft;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.List;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.rotation.WeightTransform;

/**
 * A BEFT adapter of one layer: b' = b + t.
 *
 * <p>Parameter: {@code beft_bias} of shape (1, out), zeros at the start.
 */
final class BeftAdapter extends WeightAdapter {

    private final Parameter change;

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    BeftAdapter(WeightSpec weight) {
        super(weight);
        change = addParameter("beft_bias", new Shape(1, weight.features()), Initializer.ZEROS);
    }

    @Override
    protected Object groupKey() {
        return BeftAdapter.class;
    }

    @Override
    protected List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<WeightTransform> transforms = new ArrayList<>(group.size());
        for (WeightAdapter member : group) {
            BeftAdapter adapter = (BeftAdapter) member;
            transforms.add(
                    WeightTransform.IDENTITY.withShift(
                            adapter.flatValue(adapter.change, store, manager, training)));
        }
        return transforms;
    }

    @Override
    public String toString() {
        return "BeftAdapter(" + weight().features() + " numbers)";
    }
}
