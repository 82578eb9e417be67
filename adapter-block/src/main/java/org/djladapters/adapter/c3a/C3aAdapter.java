/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.c3a;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.initializer.NormalInitializer;
import java.util.ArrayList;
import java.util.List;
import org.djladapters.adapter.Placement;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.rotation.CustomBackward;
import org.djladapters.rotation.FlopCount;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.CirculantBackward;
import org.djladapters.rotation.programs.CirculantKernel;
import org.djladapters.rotation.programs.DenseKernel;
import org.djladapters.rotation.programs.TransformKernel;

/**
 * A C3A adapter of one weight: W' = W + D / in, with D of circulant blocks. Entry (i, j) of a block
 * is entry (j - i) mod b of its kernel.
 *
 * <p>Parameter: {@code c3a_kernel} of shape (out / b, in / b, b), the kernels of all blocks.
 */
final class C3aAdapter extends WeightAdapter {

    /** One native call builds all of them, whatever their shapes. */
    private static final Object FORM = C3aAdapter.class;

    private final int blockSize;
    private final Parameter kernel;

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    C3aAdapter(int blockSize, C3aInit init, WeightSpec weight) {
        super(weight);
        this.blockSize = blockSize;
        int inputs = weight.inputs();
        int outputs = weight.features();
        kernel =
                addParameter(
                        "c3a_kernel",
                        new Shape(outputs / blockSize, inputs / blockSize, blockSize),
                        initializer(init, inputs, outputs));
    }

    private static Initializer initializer(C3aInit init, int inputs, int outputs) {
        return switch (init) {
            case ZEROS -> Initializer.ZEROS;
            case XAVIER_UNIFORM -> uniform(Math.sqrt(6.0 / (inputs + outputs)));
            case KAIMING_UNIFORM -> uniform(Math.sqrt(1.0 / inputs));
            case GAUSSIAN -> new NormalInitializer(1);
        };
    }

    private static Initializer uniform(double bound) {
        float c = (float) bound;
        return (manager, shape, type) -> manager.randomUniform(-c, c, shape, type);
    }

    @Override
    protected Object groupKey() {
        return FORM;
    }

    @Override
    protected List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        return CirculantKernel.matrices(kernels(group, store, manager, training), manager).stream()
                .map(WeightTransform.IDENTITY::withDense)
                .toList();
    }

    /** The kernels of D / in. */
    private static List<NDArray> kernels(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<NDArray> kernels = new ArrayList<>(group.size());
        for (WeightAdapter member : group) {
            C3aAdapter adapter = (C3aAdapter) member;
            NDArray own = adapter.value(adapter.kernel, store, manager, training);
            kernels.add(TransformKernel.times(own, 1.0 / member.weight().inputs(), manager));
        }
        return kernels;
    }

    @Override
    public boolean allowsCustomBackward() {
        return true;
    }

    @Override
    protected CustomBackward customBackward(
            List<WeightAdapter> group,
            List<NDArray> weights,
            ParameterStore store,
            NDManager manager) {
        List<NDArray> kernels = kernels(group, store, manager, true);
        return CirculantBackward.of(kernels, weights, transposed(group), manager);
    }

    @Override
    public FlopCount operations(Placement placement) {
        long inputs = weight().inputs();
        long outputs = weight().features();
        return placement == Placement.CUSTOM_BACKWARD
                ? CirculantBackward.operations(inputs, outputs, blockSize)
                : DenseKernel.operations(inputs, outputs);
    }

    @Override
    public String toString() {
        return "C3aAdapter(block size " + blockSize + ")";
    }
}
