/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.util.PairList;
import org.djladapters.rotation.TransformKernel;

/**
 * A task head on a model that gives features: pools the hidden states of a sequence and maps them
 * linearly to classes or numbers.
 *
 * <p>Input (hidden) or (hidden, mask): hidden states of shape (B, T, d), attention mask of shape
 * (B, T). Output: logits of shape (B, outputs).
 */
final class Head extends AbstractBlock {

    private final HeadConfig config;
    private final Parameter weight;
    private final Parameter bias;

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    Head(HeadConfig config, long features) {
        this.config = config;
        weight =
                addParameter(
                        Parameter.builder()
                                .setName("weight")
                                .setType(Parameter.Type.OTHER)
                                .optShape(new Shape(config.outputs(), features))
                                .optInitializer(new NormalInitializer(0.02f))
                                .build());
        bias =
                addParameter(
                        Parameter.builder()
                                .setName("bias")
                                .setType(Parameter.Type.BIAS)
                                .optShape(new Shape(config.outputs()))
                                .build());
    }

    HeadConfig config() {
        return config;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDArray hidden = inputs.get(0);
        NDArray w = store.getValue(weight, hidden.getDevice(), training);
        if (hidden.getDataType() != w.getDataType()) {
            hidden = TransformKernel.cast(hidden, w, hidden.getManager());
        }
        NDArray pooled = pool(hidden, inputs.size() > 1 ? inputs.get(1) : null);
        NDArray b = store.getValue(bias, hidden.getDevice(), training);
        NDArray logits = Linear.linear(pooled, w, b).singletonOrThrow();
        logits.setName("logits");
        return new NDList(logits);
    }

    private NDArray pool(NDArray hidden, NDArray mask) {
        if (hidden.getShape().dimension() == 2) {
            return hidden;
        }
        return switch (config.pooling()) {
            case CLS -> hidden.get(":, 0");
            case MEAN -> {
                if (mask == null) {
                    yield hidden.mean(new int[] {1});
                }
                NDArray weights = mask.toType(hidden.getDataType(), false).expandDims(-1);
                yield hidden.mul(weights).sum(new int[] {1}).div(weights.sum(new int[] {1}));
            }
        };
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {new Shape(inputShapes[0].get(0), config.outputs())};
    }

    void initialize(NDManager manager) {
        initialize(manager, DataType.FLOAT32, weight.getShape());
    }

    @Override
    public String toString() {
        return "Head(" + config.pooling() + " pooling, " + config.outputs() + " outputs)";
    }
}
