/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.io.DataInputStream;
import java.io.IOException;

/**
 * Rotates activations by compound matrices: y = (x C) &#8857; s.
 *
 * <p>Input x of shape (..., d), output of the same shape. A fresh block is the identity (see {@link
 * org.djladapters.rotation.CompoundForm#startsAtIdentity()} for the exceptions). The targets of its
 * configuration have no meaning here.
 */
public final class CompoundRotation extends AbstractBlock {

    private final CompoundConfig config;
    private CompoundAdapter adapter;

    /**
     * Constructs a rotation; the number of features comes from the first input.
     *
     * @param config orders, blocks and options
     */
    public CompoundRotation(CompoundConfig config) {
        this.config = config;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        return new NDList(adapter.rotate(inputs.singletonOrThrow(), parameterStore, training));
    }

    @Override
    protected void prepare(Shape[] inputShapes) {
        if (adapter == null) {
            long features = inputShapes[0].get(inputShapes[0].dimension() - 1);
            WeightSpec weight = new WeightSpec(new Shape(features, 1), false, DataType.FLOAT32);
            adapter = addChildBlock("rotation", config.newAdapter(weight));
        }
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        adapter.initialize(manager, dataType, adapter.weight().shape());
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return inputShapes.clone();
    }

    /** The number of features is known from the saved input shape. */
    @Override
    protected void loadMetadata(byte loadVersion, DataInputStream is)
            throws IOException, MalformedModelException {
        super.loadMetadata(loadVersion, is);
        prepare(inputShapes);
    }

    @Override
    public String toString() {
        return "CompoundRotation(" + (adapter == null ? config : adapter) + ")";
    }
}
