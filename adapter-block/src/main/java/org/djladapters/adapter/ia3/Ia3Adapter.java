/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.ia3;

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
import org.djladapters.rotation.BlockRotation;
import org.djladapters.rotation.WeightTransform;

/**
 * An IA3 adapter of one weight: it multiplies the outputs of a layer, y = l &#8857; (x
 * W<sup>T</sup> + b), or the inputs of a feed-forward layer, y = (x &#8857; l) W<sup>T</sup> + b.
 * An input of a convolution is a channel.
 *
 * <p>Parameter: {@code ia3_l} of shape (out, 1), or (1, in) of a feed-forward layer; of a
 * convolution (1, out, 1, 1) or (1, in, 1, 1). Ones at the start.
 */
final class Ia3Adapter extends WeightAdapter {

    private final boolean feedforward;
    private final Parameter factors;

    /** Multiplies the inputs of a feed-forward layer, the outputs of others. */
    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    Ia3Adapter(boolean feedforward, WeightSpec weight) {
        super(weight);
        this.feedforward = feedforward;
        factors = addParameter("ia3_l", shape(feedforward, weight), Initializer.ONES);
    }

    private static Shape shape(boolean feedforward, WeightSpec weight) {
        return switch (weight.kind()) {
            case LINEAR, CONV1D ->
                    feedforward ? new Shape(1, weight.inputs()) : new Shape(weight.features(), 1);
            case CONV2D ->
                    new Shape(1, feedforward ? weight.shape().get(1) : weight.features(), 1, 1);
            case EMBEDDING, WEIGHT ->
                    throw new IllegalArgumentException(
                            "IA3 adapts linear layers and convolutions, which this is not; leave"
                                    + " it out of the targets");
        };
    }

    /** Tells whether the inputs are multiplied, not the outputs. */
    boolean feedforward() {
        return feedforward;
    }

    @Override
    protected Object groupKey() {
        return Ia3Adapter.class;
    }

    @Override
    public boolean changesInputs() {
        return feedforward;
    }

    @Override
    protected Object function() {
        return feedforward;
    }

    @Override
    protected List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<WeightTransform> transforms = new ArrayList<>(group.size());
        for (WeightAdapter member : group) {
            Ia3Adapter adapter = (Ia3Adapter) member;
            NDArray flat = flatValue(adapter.factors, store, manager, training);
            transforms.add(
                    adapter.feedforward
                            ? WeightTransform.IDENTITY.withInput(adapter.diagonal(flat))
                            : WeightTransform.IDENTITY.withFactor(flat));
        }
        return transforms;
    }

    /** Blocks of size one for the inputs; those of a channel are all entries of its filter. */
    private BlockRotation diagonal(NDArray flat) {
        int inputs = weight().inputs();
        NDArray entries = flat.repeat(0, inputs / flat.size());
        return new BlockRotation(entries.reshape(1, inputs, 1, 1), null);
    }

    @Override
    public String toString() {
        return "Ia3Adapter(" + (feedforward ? "inputs" : "outputs") + ")";
    }
}
