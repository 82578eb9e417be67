/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.util.PairList;
import org.djladapters.io.Internal;
import org.djladapters.rotation.programs.TransformKernel;

/**
 * A task head on a model that gives features: pools the hidden states of a sequence and maps them
 * to classes or numbers, linearly or through a hidden layer.
 *
 * <p>Input (hidden) or (hidden, mask): hidden states of shape (B, T, d), attention mask of shape
 * (B, T). Output: logits of shape (B, outputs), without pooling (B, T, outputs); for spans two of
 * shape (B, T); (B / 2, outputs) where the texts of pairs are rows of their own.
 */
@Internal
public final class Head extends AbstractBlock {

    private final HeadConfig config;

    /** The parameters of the hidden layer, null without one. */
    private final Parameter denseWeight;

    private final Parameter denseBias;
    private final Parameter weight;
    private final Parameter bias;

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    public Head(HeadConfig config, long features) {
        this.config = config;
        boolean hidden = config.hidden().isPresent();
        denseWeight = hidden ? addWeight("dense.weight", features, features) : null;
        denseBias = hidden ? addBias("dense.bias", features) : null;
        weight = addWeight("weight", config.outputs(), features);
        bias = addBias("bias", config.outputs());
    }

    private Parameter addWeight(String name, long outputs, long inputs) {
        return addParameter(weight(name, new Shape(outputs, inputs)));
    }

    private Parameter addBias(String name, long outputs) {
        return addParameter(bias(name, outputs));
    }

    /** The weight of a new head, which starts at small random values. */
    public static Parameter weight(String name, Shape shape) {
        return Parameter.builder()
                .setName(name)
                .setType(Parameter.Type.OTHER)
                .optShape(shape)
                .optInitializer(new NormalInitializer(0.02f))
                .build();
    }

    /** The bias of a new head, which starts at zeros. */
    public static Parameter bias(String name, long outputs) {
        return Parameter.builder()
                .setName(name)
                .setType(Parameter.Type.BIAS)
                .optShape(new Shape(outputs))
                .build();
    }

    /** Returns the configuration. */
    public HeadConfig config() {
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
        if (config.pairs() == HeadConfig.PairEncoding.BI) {
            pooled = compare(pooled);
        }
        if (denseWeight != null) {
            NDArray v = store.getValue(denseWeight, hidden.getDevice(), training);
            NDArray c = store.getValue(denseBias, hidden.getDevice(), training);
            pooled = activate(Linear.linear(pooled, v, c).singletonOrThrow());
        }
        NDArray b = store.getValue(bias, hidden.getDevice(), training);
        NDArray logits = Linear.linear(pooled, w, b).singletonOrThrow();
        if (config.pooling() == HeadConfig.Pooling.SPAN) {
            return new NDList(
                    named(logits.get("..., 0"), "start_logits"),
                    named(logits.get("..., 1"), "end_logits"));
        }
        return new NDList(named(logits, "logits"));
    }

    private static NDArray named(NDArray array, String name) {
        array.setName(name);
        return array;
    }

    private NDArray activate(NDArray x) {
        return switch (config.hidden().orElseThrow()) {
            case TANH -> Activation.tanh(x);
            case RELU -> Activation.relu(x);
            case GELU -> Activation.gelu(x);
        };
    }

    private NDArray pool(NDArray hidden, NDArray mask) {
        if (hidden.getShape().dimension() == 2) {
            return hidden;
        }
        return switch (config.pooling()) {
            case CLS, POOLER -> hidden.get(":, 0");
            case MEAN -> mean(hidden, mask);
            case NONE, SPAN -> hidden;
            case CLS_MEAN -> {
                NDArray others = mask == null ? null : mask.get(":, 1:");
                NDArray mean = mean(hidden.get(":, 1:"), others);
                yield NDArrays.concat(new NDList(hidden.get(":, 0"), mean), 1);
            }
        };
    }

    /** Makes (u, v, |u - v|, u v) of the rows u, v of every pair. */
    private static NDArray compare(NDArray pooled) {
        Shape shape = pooled.getShape();
        if (shape.get(0) % 2 != 0) {
            throw new IllegalArgumentException(
                    ("The head compares pairs, whose two texts are rows one after the other, but"
                                    + " the batch has %d rows")
                            .formatted(shape.get(0)));
        }
        NDArray pairs = pooled.reshape(-1, 2, shape.get(1));
        NDArray u = pairs.get(":, 0");
        NDArray v = pairs.get(":, 1");
        return NDArrays.concat(new NDList(u, v, u.sub(v).abs(), u.mul(v)), 1);
    }

    private static NDArray mean(NDArray hidden, NDArray mask) {
        if (mask == null) {
            return hidden.mean(new int[] {1});
        }
        NDArray weights = mask.toType(hidden.getDataType(), false).expandDims(-1);
        return hidden.mul(weights).sum(new int[] {1}).div(weights.sum(new int[] {1}));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        Shape hidden = inputShapes[0];
        if (config.pooling() == HeadConfig.Pooling.SPAN) {
            Shape positions = hidden.slice(0, hidden.dimension() - 1);
            return new Shape[] {positions, positions};
        }
        boolean pools = config.pooling() != HeadConfig.Pooling.NONE || hidden.dimension() == 2;
        Shape kept = hidden.slice(0, pools ? 1 : hidden.dimension() - 1);
        if (config.pairs() == HeadConfig.PairEncoding.BI) {
            kept = new Shape(hidden.get(0) / 2);
        }
        return new Shape[] {kept.add(config.outputs())};
    }

    /** Starts all parameters in float32. */
    public void initialize(NDManager manager) {
        initialize(manager, DataType.FLOAT32, weight.getShape());
    }

    @Override
    public String toString() {
        return "Head(%s pooling, %s%s%s outputs)"
                .formatted(
                        config.pooling(),
                        (config.pairs() == HeadConfig.PairEncoding.BI ? "two texts apart, " : ""),
                        config.hidden().map(function -> "a " + function + " layer, ").orElse(""),
                        config.outputs());
    }
}
