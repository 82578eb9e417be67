/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.djladapters.adapter.WeightSpec;

/**
 * A linear layer whose output is rotated by compound matrices: y = ((x W<sup>T</sup>) C) &#8857; s
 * + b.
 *
 * <p>Input x of shape (..., in), output of shape (..., units). Replaces DJL's {@link Linear}; the
 * wrapped layer (W and b) trains too or is frozen.
 */
public final class CompoundLinear extends AbstractBlock {

    private final long units;
    private final CompoundAdapter adapter;
    private final Parameter weight;
    private final Parameter bias;

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    private CompoundLinear(Builder builder) {
        units = builder.units;
        Linear base = builder.base;
        boolean biased = base == null ? builder.bias : base.getDirectParameters().contains("bias");
        weight = addParameter(parameter("weight", Parameter.Type.WEIGHT, builder.frozen));
        bias = biased ? addParameter(parameter("bias", Parameter.Type.BIAS, builder.frozen)) : null;
        WeightSpec spec = WeightSpec.linear(new Shape(units, 1), DataType.FLOAT32);
        adapter = addChildBlock("rotation", builder.config.newCompoundAdapter(spec));
        if (base != null) {
            share(weight, base);
            share(bias, base);
        }
    }

    private static Parameter parameter(String name, Parameter.Type type, boolean frozen) {
        return Parameter.builder().setName(name).setType(type).optRequiresGrad(!frozen).build();
    }

    private static void share(Parameter parameter, Linear base) {
        if (parameter != null) {
            parameter.setArray(base.getDirectParameters().get(parameter.getName()).getArray());
            parameter.freeze(!parameter.requiresGradient());
        }
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDArray x = inputs.singletonOrThrow();
        NDArray w = parameterStore.getValue(weight, x.getDevice(), training);
        NDArray product = Linear.linear(x, w).singletonOrThrow();
        NDArray rotated = adapter.rotate(product, parameterStore, training);
        if (bias == null) {
            return new NDList(rotated);
        }
        return new NDList(rotated.add(parameterStore.getValue(bias, x.getDevice(), training)));
    }

    /**
     * Computes the rotated weight for a plain linear layer that gives the same output.
     *
     * @param manager the owner of the result
     * @return W' = diag(s) C<sup>T</sup> W of shape (units, in)
     */
    public NDArray mergedWeight(NDManager manager) {
        NDArray base = weight.getArray().stopGradient();
        base.attach(manager);
        try (base) {
            ParameterStore store = new ParameterStore(manager, false);
            return adapter.forward(store, new NDList(base), false).singletonOrThrow();
        }
    }

    @Override
    protected void prepare(Shape[] inputShapes) {
        if (!weight.isInitialized()) {
            long in = inputShapes[0].get(inputShapes[0].dimension() - 1);
            weight.setShape(new Shape(units, in));
        }
        if (bias != null && !bias.isInitialized()) {
            bias.setShape(new Shape(units));
        }
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        adapter.makeParameters(manager, dataType);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        Shape input = inputShapes[0];
        return new Shape[] {input.slice(0, input.dimension() - 1).add(units)};
    }

    @Override
    public String toString() {
        return "CompoundLinear(" + units + ", " + adapter + ")";
    }

    /** Builds a {@link CompoundLinear}. */
    public static final class Builder {

        private final CompoundConfig.Builder options = CompoundConfig.builder();
        private CompoundConfig config;
        private long units;
        private boolean bias = true;
        private boolean frozen;
        private Linear base;

        private Builder() {}

        /** Sets the number of output features. */
        public Builder setUnits(long units) {
            this.units = units;
            return this;
        }

        /**
         * Sets the orders of the compound matrices. Default: 1, 2, 3.
         *
         * @param orders numbers &ge; 1, all different
         */
        public Builder optOrders(int... orders) {
            options.optOrders(orders);
            return this;
        }

        /** Sets the number of blocks. */
        public Builder optBlocks(int blocks) {
            options.optBlocks(blocks);
            return this;
        }

        /** Sets the size of the blocks. */
        public Builder optBlockSize(int blockSize) {
            options.optBlockSize(blockSize);
            return this;
        }

        /**
         * Sets all options of the rotation at once, instead of orders and blocks.
         *
         * @param config the configuration; its targets and module dropout have no meaning here
         */
        public Builder optConfig(CompoundConfig config) {
            this.config = config;
            return this;
        }

        /**
         * Sets whether there is a bias. Default: true.
         *
         * @param bias whether there is one
         */
        public Builder optBias(boolean bias) {
            this.bias = bias;
            return this;
        }

        /**
         * Sets whether weight and bias are left as they are, so that only the rotation trains.
         * Default: false. A trainer of a model that was loaded from a file unfreezes all its
         * parameters; freeze those of the wrapped layer again if that is not wanted.
         *
         * @param frozen whether they are
         */
        public Builder optFrozen(boolean frozen) {
            this.frozen = frozen;
            return this;
        }

        /**
         * Takes weight and bias from an initialized layer, shared with it, instead of making new
         * ones; units and bias are those of the layer.
         *
         * @param base the layer
         */
        public Builder optBase(Linear base) {
            this.base = base;
            return this;
        }

        /**
         * Builds the layer.
         *
         * @throws IllegalArgumentException if the units are missing, or the orders do not fit them
         */
        public CompoundLinear build() {
            if (base != null) {
                units = base.getDirectParameters().get("weight").getArray().getShape().get(0);
            }
            if (units < 1) {
                throw new IllegalArgumentException(
                        "The units of the layer must be at least 1, got " + units);
            }
            if (config == null) {
                config = options.build();
            }
            config.requireOutputs();
            return new CompoundLinear(this);
        }
    }
}
