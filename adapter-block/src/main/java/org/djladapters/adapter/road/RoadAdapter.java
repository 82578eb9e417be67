/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.road;

import ai.djl.ndarray.NDArray;
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
import org.djladapters.rotation.programs.PairKernel;

/**
 * A RoAd adapter of one layer: pairs of its results are turned by &theta; and scaled by &alpha;,
 * see {@link RoadConfig}.
 *
 * <p>Parameters: {@code road_theta}, zeros at the start, and {@code road_alpha}, ones, both of
 * shape (out / 2), (out) or (2 out) by variant. Those of a pair, an output or, of {@code road_4},
 * the cosines of a group and then its sines lie one after the other.
 */
final class RoadAdapter extends WeightAdapter {

    private final Form form;
    private final Parameter theta;
    private final Parameter alpha;

    private record Form(RoadVariant variant, int groupSize) {}

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    RoadAdapter(RoadVariant variant, int groupSize, WeightSpec weight) {
        super(weight);
        form = new Form(variant, groupSize);
        Shape shape = new Shape(variant.angles(weight.features()));
        theta = addParameter("road_theta", shape, Initializer.ZEROS);
        alpha = addParameter("road_alpha", shape, Initializer.ONES);
    }

    @Override
    protected Object groupKey() {
        return form;
    }

    @Override
    protected List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<NDArray> angles = new ArrayList<>(group.size());
        List<NDArray> scales = new ArrayList<>(group.size());
        for (WeightAdapter member : group) {
            RoadAdapter adapter = (RoadAdapter) member;
            angles.add(adapter.value(adapter.theta, store, manager, training));
            scales.add(adapter.value(adapter.alpha, store, manager, training));
        }
        PairKernel.Sharing sharing =
                switch (form.variant()) {
                    case ROAD_1 -> PairKernel.Sharing.PAIR;
                    case ROAD_2 -> PairKernel.Sharing.OUTPUT;
                    case ROAD_4 -> PairKernel.Sharing.NONE;
                };
        return PairKernel.transforms(angles, scales, sharing, form.groupSize() / 2, manager);
    }

    @Override
    public String toString() {
        return "RoadAdapter(" + form.variant() + ", groups of " + form.groupSize() + ")";
    }
}
