/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.miss;

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
import org.djladapters.adapter.lowrank.LowRankAdapter;
import org.djladapters.rotation.LowRank;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.LowRankKernel;

/**
 * A MiSS adapter of one layer, see {@link MissConfig}. It trains by autograd.
 *
 * <p>Parameter: {@code miss_block} of shape (r, out), or (r, m) with a mini rank, zeros at the
 * start.
 */
final class MissAdapter extends LowRankAdapter {

    private final Form form;
    private final Parameter block;

    private record Form(int rank, int miniRank) {}

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    MissAdapter(MissConfig config, WeightSpec weight) {
        super(weight, config.rank(), config.dropout());
        form = new Form(config.rank(), config.miniRank());
        int columns = form.miniRank() == MissConfig.NONE ? weight.features() : form.miniRank();
        block = addParameter("miss_block", new Shape(config.rank(), columns), Initializer.ZEROS);
    }

    @Override
    protected Object groupKey() {
        return form;
    }

    @Override
    protected List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<NDArray> blocks = new ArrayList<>(group.size());
        for (WeightAdapter adapter : group) {
            MissAdapter member = (MissAdapter) adapter;
            blocks.add(member.value(member.block, store, manager, training));
        }
        List<WeightTransform> transforms = new ArrayList<>(group.size());
        for (LowRank sum : LowRankKernel.shared(blocks, shapes(group), manager)) {
            LowRank own = withDropout(sum, manager, training);
            transforms.add(WeightTransform.IDENTITY.withLowRank(own));
        }
        return transforms;
    }

    /** The sums of inputs do not train, which custom backward passes take for granted. */
    @Override
    public boolean allowsCustomBackward() {
        return false;
    }

    @Override
    public String toString() {
        return "MissAdapter(rank " + form.rank() + ")";
    }
}
