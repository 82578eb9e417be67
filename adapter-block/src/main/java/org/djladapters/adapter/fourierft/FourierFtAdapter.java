/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.fourierft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import java.util.List;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.dense.PlacedAdapter;
import org.djladapters.rotation.programs.DenseKernel;

/**
 * A FourierFT adapter of one layer, see {@link FourierFtConfig}.
 *
 * <p>Parameter: {@code fourierft_spectrum} of shape (n), zeros at the start.
 */
final class FourierFtAdapter extends PlacedAdapter {

    private final Function function;

    private record Function(double scaling, int seed) {}

    FourierFtAdapter(FourierFtConfig config, WeightSpec weight, int count) {
        super(weight, "fourierft_spectrum", count, config.seed());
        function = new Function(config.scaling(), config.seed());
    }

    @Override
    protected NDArray places(NDManager manager, long[] drawn) {
        return manager.create(drawn);
    }

    @Override
    protected Object function() {
        return function;
    }

    @Override
    protected List<NDArray> matrices(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        double[] factors =
                group.stream()
                        .mapToDouble(member -> ((FourierFtAdapter) member).function.scaling())
                        .toArray();
        List<NDArray> spectra = entries(group, store, manager, training);
        return DenseKernel.fourier(spectra, places(group), shapes(group), factors, manager);
    }

    @Override
    public String toString() {
        return "FourierFtAdapter(" + size() + " frequencies)";
    }
}
