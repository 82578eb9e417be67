/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBaseBlock;
import ai.djl.nn.BlockList;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import org.djladapters.adapter.Adapter;
import org.djladapters.model.pass.ModelState;
import org.djladapters.model.pass.Predictions;
import org.djladapters.model.pass.TrainingPasses;
import org.djladapters.surgery.BaseModel;

/**
 * The first step of every pass that DJL starts, such as one of a trainer: a frozen base model with
 * adapters as one Block, which hands a pass to {@link Predictions} or {@link TrainingPasses}. Its
 * parameters are those of the active adapters.
 */
final class AdaptedBlock extends AbstractBaseBlock {

    private final ModelState state;
    private final BaseModel baseModel;
    private final Predictions predictions;
    private final TrainingPasses training;

    AdaptedBlock(ModelState state, Predictions predictions, TrainingPasses training) {
        this.state = state;
        this.predictions = predictions;
        this.training = training;
        baseModel = state.baseModel();
        inputNames = baseModel.facts().inputNames();
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean trains, PairList<String, Object> params) {
        return trains ? training.run(store, inputs) : predictions.predict(store, inputs);
    }

    private List<Adapter> activeAdapters() {
        return state.read(adapters -> adapters.get(adapters.active()));
    }

    /** Returns the Blocks of the active adapters. */
    @Override
    public BlockList getChildren() {
        BlockList children = new BlockList();
        for (Adapter adapter : activeAdapters()) {
            adapter.targetModules()
                    .forEach(
                            (targetModule, block) ->
                                    children.add(
                                            adapter.name() + "." + targetModule.path(), block));
            if (adapter.head() != null) {
                children.add(adapter.name() + ".head", adapter.head());
            }
        }
        return children;
    }

    /**
     * Returns what the Blocks of an active adapter share, and the base model's parameters that the
     * active adapters train in full.
     */
    @Override
    public ParameterList getDirectParameters() {
        ParameterList parameters = new ParameterList();
        for (Adapter adapter : activeAdapters()) {
            adapter.sharedParameters()
                    .forEach((name, value) -> parameters.add(adapter.name() + "." + name, value));
            adapter.savedModules()
                    .forEach((name, value) -> parameters.add(adapter.name() + "." + name, value));
        }
        return parameters;
    }

    /** Saves the parameters of the active adapters, as they are between two steps. */
    @Override
    public void saveParameters(DataOutputStream out) throws IOException {
        Lock shared = state.lock().shared();
        shared.lock();
        try {
            super.saveParameters(out);
        } finally {
            shared.unlock();
        }
    }

    @Override
    protected void saveMetadata(DataOutputStream out) throws IOException {
        if (inputShapes == null) {
            // as they are before the first training
            inputShapes = new Shape[0];
        }
        super.saveMetadata(out);
    }

    /** Loads the parameters of the active adapters. */
    @Override
    public void loadParameters(NDManager manager, DataInputStream in)
            throws IOException, MalformedModelException {
        state.load(
                () -> {
                    List<NDArray> before =
                            getParameters().values().stream().map(Parameter::getArray).toList();
                    super.loadParameters(baseModel.manager(), in);
                    before.forEach(NDArray::close);
                    getParameters().values().forEach(parameter -> parameter.freeze(false));
                });
    }

    /** Adapters are initialized when they are added; only the input shapes are noted. */
    @Override
    public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        this.inputShapes = inputShapes;
        getParameters().values().forEach(parameter -> parameter.initialize(manager, dataType));
    }

    @Override
    public boolean isInitialized() {
        return getParameters().values().stream().allMatch(Parameter::isInitialized);
    }

    @Override
    public PairList<String, Shape> describeInput() {
        if (inputShapes == null) {
            return new PairList<>();
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < inputShapes.length; i++) {
            names.add(i < inputNames.size() ? inputNames.get(i) : "data" + i);
        }
        return new PairList<>(names, List.of(inputShapes));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return getOutputShapes(inputShapes, null);
    }

    /**
     * Returns the shapes that the Blocks tell, or those of a pass over zeros. Where no types are
     * given, as a {@link ai.djl.nn.SequentialBlock} gives none, inputs are integers unless they are
     * named as values.
     */
    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes, DataType[] dataTypes) {
        return baseModel
                .outputShapes(inputShapes)
                .orElseGet(() -> outputShapesOfPass(inputShapes, dataTypes));
    }

    private Shape[] outputShapesOfPass(Shape[] shapes, DataType[] types) {
        try (NDManager scope = baseModel.manager().newSubManager()) {
            NDList inputs = new NDList();
            for (int i = 0; i < shapes.length; i++) {
                boolean known = types != null && i < types.length && types[i] != null;
                inputs.add(scope.zeros(shapes[i], known ? types[i] : usualType(i)));
            }
            return predictions.predict(new ParameterStore(scope, false), inputs).getShapes();
        }
    }

    private DataType usualType(int input) {
        boolean tokens = input < inputNames.size() && !inputNames.get(input).contains("values");
        return tokens ? DataType.INT64 : DataType.FLOAT32;
    }
}
