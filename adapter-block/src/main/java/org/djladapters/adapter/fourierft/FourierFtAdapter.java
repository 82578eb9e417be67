/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.fourierft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.List;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.dense.DenseAdapter;
import org.djladapters.adapter.dense.TorchPermutation;
import org.djladapters.rotation.programs.DenseKernel;

/**
 * A FourierFT adapter of one layer, see {@link FourierFtConfig}.
 *
 * <p>Parameter: {@code fourierft_spectrum} of shape (n), zeros at the start.
 */
final class FourierFtAdapter extends DenseAdapter {

    private final Function function;
    private final Parameter spectrum;
    private NDArray places;

    private record Function(double scaling, int seed) {}

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    FourierFtAdapter(FourierFtConfig config, WeightSpec weight) {
        super(weight);
        function = new Function(config.scaling(), config.seed());
        Shape shape = new Shape(config.frequencies(weight.path()));
        spectrum = addParameter("fourierft_spectrum", shape, Initializer.ZEROS);
    }

    @Override
    public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        super.initialize(manager, dataType, inputShapes);
        if (places == null) {
            int size = Math.toIntExact(weight().shape().size());
            int count = Math.toIntExact(spectrum.getShape().size());
            places = manager.create(TorchPermutation.first(function.seed(), size, count));
        }
    }

    @Override
    protected Object function() {
        return function;
    }

    @Override
    protected List<NDArray> matrices(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<NDArray> spectra = new ArrayList<>(group.size());
        List<NDArray> all = new ArrayList<>(group.size());
        double[] factors = new double[group.size()];
        for (int i = 0; i < factors.length; i++) {
            FourierFtAdapter member = (FourierFtAdapter) group.get(i);
            spectra.add(member.value(member.spectrum, store, manager, training));
            all.add(member.places);
            factors[i] = member.function.scaling();
        }
        return DenseKernel.fourier(spectra, all, shapes(group), factors, manager);
    }

    /** Releases the parameter and the places. */
    @Override
    public void close() {
        super.close();
        if (places != null) {
            places.close();
        }
    }

    @Override
    public String toString() {
        return "FourierFtAdapter(" + spectrum.getShape().size() + " frequencies)";
    }
}
