/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.waveft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import java.util.List;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.dense.PlacedAdapter;
import org.djladapters.rotation.programs.DenseKernel;

/**
 * A WaveFT adapter of one layer, see {@link WaveFtConfig}.
 *
 * <p>Parameter: {@code waveft_spectrum} of shape (n), zeros at the start.
 */
final class WaveFtAdapter extends PlacedAdapter {

    private final Function function;

    private record Function(double scaling, int seed, boolean direct) {}

    WaveFtAdapter(WaveFtConfig config, WeightSpec weight, int count) {
        super(weight, "waveft_spectrum", count, config.seed());
        function = new Function(config.scaling(), config.seed(), config.direct());
    }

    /** Counts places among those of a matrix with sides of even length. */
    @Override
    protected NDArray places(NDManager manager, long[] drawn) {
        int inputs = weight().inputs();
        int width = inputs + inputs % 2;
        long[] places = new long[drawn.length];
        for (int i = 0; i < places.length; i++) {
            places[i] = drawn[i] / inputs * width + drawn[i] % inputs;
        }
        return manager.create(places);
    }

    @Override
    protected Object function() {
        return function;
    }

    @Override
    protected List<NDArray> matrices(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        double[] factors = new double[group.size()];
        boolean[] direct = new boolean[group.size()];
        for (int i = 0; i < factors.length; i++) {
            Function own = ((WaveFtAdapter) group.get(i)).function;
            factors[i] = own.scaling();
            direct[i] = own.direct();
        }
        List<NDArray> spectra = entries(group, store, manager, training);
        return DenseKernel.haar(spectra, places(group), shapes(group), factors, direct, manager);
    }

    @Override
    public String toString() {
        return "WaveFtAdapter(" + size() + " coefficients)";
    }
}
