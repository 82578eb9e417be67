/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SymbolBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.matmul.Matmul;

/**
 * A tree of native DJL Blocks as a base model. Every Block reads its weights through the {@link
 * ParameterStore}, so a store that answers with other arrays adapts any of them.
 */
public final class BlockBaseModel implements BaseModel {

    /** The parameters that a Block only counts, which are no weights, as in exported models. */
    private static final Set<Parameter.Type> STATISTICS =
            Set.of(Parameter.Type.RUNNING_MEAN, Parameter.Type.RUNNING_VAR);

    private final Model model;
    private final Block block;
    private final List<TargetModule> targetModules = new ArrayList<>();
    private final List<String> modules = new ArrayList<>();
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Map<String, NDArray> base = new LinkedHashMap<>();

    private final NDManager manager;

    private final ModelFacts facts;

    /** The weights that are applied, by the ids of the Blocks' parameters. */
    private Map<String, NDArray> weights = Map.of();

    public BlockBaseModel(Model model) {
        this.model = model;
        block = model.getBlock();
        if (block instanceof SymbolBlock) {
            throw new IllegalArgumentException(
                    "The model '%s' is an exported model, whose Blocks can't be adapted one by one; open it with AdaptedModel.open(directory)%s"
                            .formatted(
                                    model.getName(),
                                    (model.getModelPath() == null
                                            ? ""
                                            : ", its directory is " + model.getModelPath())));
        }
        if (block == null || !block.isInitialized()) {
            throw new IllegalArgumentException(
                    "The model '%s' has no initialized Block; set one and initialize or load it first"
                            .formatted(model.getName()));
        }
        walk("", block);
        block.freezeParameters(true);
        manager = model.getNDManager().newSubManager();
        parameters.forEach((name, parameter) -> base.put(name, detached(parameter.getArray())));
        facts = newFacts();
    }

    private NDArray detached(NDArray array) {
        NDArray detached = array.stopGradient();
        detached.attach(manager);
        return detached;
    }

    private void walk(String path, Block node) {
        if (node instanceof SymbolBlock) {
            throw new IllegalArgumentException(
                    "The Block at '%s' is an exported model, whose Blocks can't be adapted one by one; open its directory with AdaptedModel.open(directory) and put its Block in this place"
                            .formatted(path));
        }
        if (!path.isEmpty()) {
            modules.add(path);
        }
        for (Pair<String, Parameter> entry : node.getDirectParameters()) {
            if (!STATISTICS.contains(entry.getValue().getType())) {
                parameters.put(join(path, entry.getKey()), entry.getValue());
            }
        }
        if (node instanceof Linear) {
            addTargetModule(path, WeightSpec.Kind.LINEAR, "weight", node);
        } else if (node instanceof Conv2d convolution && convolution.getGroups() == 1) {
            // rotating the outputs of a grouped one mixes groups, which no weight can express
            addTargetModule(path, WeightSpec.Kind.CONV2D, "weight", node);
        } else if (node instanceof Embedding<?>) {
            addTargetModule(path, WeightSpec.Kind.EMBEDDING, "embedding", node);
        }
        for (Pair<String, Block> child : node.getChildren()) {
            walk(join(path, child.getKey()), child.getValue());
        }
    }

    private void addTargetModule(String path, WeightSpec.Kind kind, String parameter, Block node) {
        NDArray weight = node.getDirectParameters().get(parameter).getArray();
        boolean biased = node.getDirectParameters().contains("bias");
        WeightSpec spec =
                new WeightSpec(path, kind, weight.getShape(), weight.getDataType(), biased);
        String bias = biased ? join(path, "bias") : null;
        targetModules.add(new TargetModule(spec, join(path, parameter), bias, false));
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** Describes the tree, in which Blocks can share a parameter. */
    private ModelFacts newFacts() {
        Map<String, List<String>> ties =
                ModelFacts.ties(
                        parameters.keySet().stream()
                                .collect(Collectors.groupingBy(n -> parameters.get(n).getId()))
                                .values());
        long size =
                parameters.values().stream()
                        .distinct()
                        .mapToLong(parameter -> parameter.getArray().size())
                        .sum();
        return new ModelFacts(
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                targetModules,
                modules,
                ties,
                size);
    }

    @Override
    public NDManager manager() {
        return manager;
    }

    @Override
    public ModelFacts facts() {
        return facts;
    }

    @Override
    public Map<String, NDArray> parameters() {
        return Collections.unmodifiableMap(base);
    }

    /** Gives the values to the Blocks' own arrays, so that the Blocks can be used alone. */
    @Override
    public void keep(Map<String, NDArray> weights) {
        apply(Applied.NOTHING);
        weights.forEach(
                (name, array) -> {
                    NDArray own = parameters.get(name).getArray();
                    own.intern(array);
                    base.put(name, detached(own)).close();
                });
    }

    @Override
    public void apply(Applied applied) {
        Map<String, NDArray> next = new HashMap<>();
        applied.weights().forEach((name, array) -> next.put(parameters.get(name).getId(), array));
        weights = next;
    }

    @Override
    public boolean isReady() {
        return true;
    }

    /**
     * Runs as in inference in any case: without dropout, as exported models do, and without new
     * statistics for batch normalization, which would change the base model.
     */
    @Override
    public NDList forward(ParameterStore store, NDList inputs, boolean training, boolean pooled) {
        return block.forward(new WeightStore(store, weights), inputs, false);
    }

    /** Refuses other products than those of the Blocks themselves. */
    @Override
    public void choose(Matmul matmul) {
        if (!matmul.equals(Matmul.MKL)) {
            throw new IllegalArgumentException(
                    "The model '%s' is made of native Blocks, whose matrix products are the engine's own (mkl) and can't be computed by %s; leave the choice open"
                            .formatted(model.getName(), matmul));
        }
    }

    @Override
    public Optional<Shape[]> outputShapes(Shape[] inputShapes) {
        return Optional.of(block.getOutputShapes(inputShapes));
    }

    @Override
    public void close() {
        model.close();
    }

    /** Answers for the applied weights itself and asks another store for everything else. */
    private static final class WeightStore extends ParameterStore {

        private final ParameterStore store;
        private final Map<String, NDArray> weights;

        WeightStore(ParameterStore store, Map<String, NDArray> weights) {
            super(store.getManager(), false);
            this.store = store;
            this.weights = weights;
        }

        @Override
        public NDArray getValue(Parameter parameter, Device device, boolean training) {
            NDArray array = parameter == null ? null : weights.get(parameter.getId());
            return array == null ? store.getValue(parameter, device, training) : array;
        }
    }
}
