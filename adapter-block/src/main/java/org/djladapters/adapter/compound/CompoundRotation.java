/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

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
import org.djladapters.adapter.WeightSpec;

/**
 * Rotates activations by compound matrices: y = (x C) &#8857; s.
 *
 * <p>Input x of shape (..., d), output of the same shape. A fresh block is the identity (see {@link
 * org.djladapters.rotation.CompoundForm#startsAtIdentity()} for the exceptions). The targets and
 * the module dropout of its configuration have no meaning here.
 */
public final class CompoundRotation extends AbstractBlock {

    private final CompoundConfig config;
    private CompoundAdapter adapter;

    /**
     * Constructs a rotation; the number of features comes from the first input.
     *
     * @param config orders, blocks and options
     * @throws IllegalArgumentException if it rotates the inputs of layers
     */
    public CompoundRotation(CompoundConfig config) {
        config.requireOutputs();
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

    /** A block without parameters passes for initialized and would not be prepared later. */
    @Override
    protected void beforeInitialize(Shape... inputShapes) {
        makeAdapter(inputShapes[0]);
        super.beforeInitialize(inputShapes);
    }

    private void makeAdapter(Shape input) {
        if (adapter == null) {
            Shape weight = new Shape(input.get(input.dimension() - 1), 1);
            WeightSpec spec = WeightSpec.linear(weight, DataType.FLOAT32);
            adapter = addChildBlock("rotation", config.newCompoundAdapter(spec));
        }
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        adapter.makeParameters(manager, dataType);
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
        makeAdapter(inputShapes[0]);
    }

    @Override
    public String toString() {
        return "CompoundRotation(" + (adapter == null ? config : adapter) + ")";
    }
}
