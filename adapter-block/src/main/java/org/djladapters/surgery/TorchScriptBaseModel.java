/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.djladapters.adapter.TargetModule;
import org.djladapters.matmul.Matmul;
import org.djladapters.rotation.programs.TransformKernel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The base model's step of a pass: a TorchScript program with sockets, as {@link TorchScriptLoader}
 * loads it, is prepared, given what is applied, and run.
 */
final class TorchScriptBaseModel implements BaseModel {

    private static final Logger logger = LoggerFactory.getLogger(TorchScriptBaseModel.class);

    private final TorchScriptLoader loader;
    private final Model model;
    private final ModelFacts facts;
    private final Map<String, NDArray> base;
    private final Set<String> methodNames;
    private final Settings settings;
    private final Map<List<Integer>, Set<TargetModule>> trials;

    private final NDManager manager;
    private final ProgramMethods program;
    private final Sockets sockets;
    private final PassRecorder recorder;

    private Matmul matmul = Matmul.MKL;
    private volatile boolean ready;

    /**
     * The choices that are made when a model is opened.
     *
     * @param checkpoints whether recorded passes keep only what goes into layers, which run again
     * @param dropout whether training passes are in training mode
     * @param type the type that a checkpoint computes in, which its inputs get; null for an export
     */
    record Settings(boolean checkpoints, boolean dropout, DataType type) {}

    TorchScriptBaseModel(
            TorchScriptLoader loader,
            Model model,
            ModelFacts facts,
            Map<String, NDArray> base,
            Set<String> methods,
            Settings settings) {
        this(loader, model, facts, base, methods, settings, new ConcurrentHashMap<>());
    }

    private TorchScriptBaseModel(
            TorchScriptLoader loader,
            Model model,
            ModelFacts facts,
            Map<String, NDArray> base,
            Set<String> methods,
            Settings settings,
            Map<List<Integer>, Set<TargetModule>> trials) {
        this.loader = loader;
        this.model = model;
        this.facts = facts;
        this.base = base;
        this.settings = settings;
        this.trials = trials;
        methodNames = methods;
        manager = model.getNDManager();
        program = new ProgramMethods(model.getBlock(), manager, methods);
        List<TargetModule> socketed =
                facts.targetModules().stream().filter(TargetModule::socket).toList();
        sockets = new Sockets(program, manager, socketed, base);
        recorder = new PassRecorder(this, program, sockets, settings.checkpoints());
        setMode(false);
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

    @Override
    public void apply(Applied applied) {
        sockets.apply(applied);
    }

    @Override
    public void keep(Map<String, NDArray> weights) {
        sockets.apply(Applied.weights(weights));
        weights.forEach(
                (name, array) -> {
                    array.attach(manager);
                    base.put(name, array).close();
                });
        sockets.clearApplied();
    }

    @Override
    public void choose(Matmul choice) {
        matmul = choice;
        try (NDManager scope = manager.newSubManager()) {
            NDArray way = ProgramMethods.onCpu(scope.create(choice.way()));
            program.run(SocketMethods.CHOOSE, List.of(way));
        }
    }

    @Override
    public boolean isReady() {
        return ready;
    }

    /**
     * Runs in evaluation mode, since in training mode a base model with batch normalization would
     * change. Training passes run in training mode only if dropout was chosen; such models have no
     * module with statistics. If nothing that is applied needs gradients, no gradients are
     * recorded.
     */
    @Override
    public NDList forward(ParameterStore store, NDList inputs, boolean training, boolean pooled) {
        prepare(store, inputs);
        if (!settings.dropout() || !training) {
            return run(store, inputs, pooled);
        }
        setMode(true);
        try {
            return run(store, inputs, pooled);
        } finally {
            setMode(false);
        }
    }

    /**
     * Has the engine compile the program. That recurses as deep as the program's calls, so it runs
     * in a thread with a large stack; it runs a single row, since the allocator keeps what a thread
     * has used. Nothing is applied then, so that no random numbers are drawn, which a resumed run
     * would lack.
     */
    void prepare(ParameterStore store, NDList inputs) {
        if (ready) {
            return;
        }
        Applied next = sockets.applied();
        sockets.apply(Applied.NOTHING);
        try (NDManager scope = manager.newSubManager()) {
            runDeep(store, firstRow(inputs, scope));
        } catch (EngineException e) {
            // not every program takes a single row; if the inputs are wrong, a pass over all rows
            // says so
            runDeep(store, inputs);
        } finally {
            sockets.apply(next);
        }
        recorder.prepare();
        ready = true;
    }

    /** Returns the first row of every input where all have as many rows, else the inputs. */
    private static NDList firstRow(NDList inputs, NDManager scope) {
        long rows = inputs.stream().mapToLong(TorchScriptBaseModel::rows).min().orElse(0);
        if (rows < 2 || inputs.stream().anyMatch(input -> rows(input) != rows)) {
            return inputs;
        }
        NDList first = new NDList();
        for (NDArray input : inputs) {
            NDArray row = input.get("0:1");
            row.setName(input.getName());
            row.attach(scope);
            first.add(row);
        }
        return first;
    }

    private static long rows(NDArray input) {
        Shape shape = input.getShape();
        return shape.dimension() == 0 ? 0 : shape.get(0);
    }

    private void runDeep(ParameterStore store, NDList inputs) {
        ProgramMethods.deep(() -> run(store, inputs, false)).close();
    }

    /** Runs a pass with all outputs that the program can give. */
    NDList run(ParameterStore store, NDList inputs) {
        return run(store, inputs, facts.pooler().isPresent());
    }

    /** Runs a pass with values in the type of the weights; integers are only looked up. */
    private NDList run(ParameterStore store, NDList inputs, boolean pooled) {
        List<NDArray> casts = new ArrayList<>();
        NDList typed = new NDList();
        for (NDArray input : inputs) {
            if (needsCast(input)) {
                // the engine gives the results to the manager of the first input
                NDArray weight = base.values().iterator().next();
                NDArray cast = TransformKernel.cast(input, weight, input.getManager());
                cast.setName(input.getName());
                casts.add(cast);
                typed.add(cast);
            } else {
                typed.add(input);
            }
        }
        try {
            return program.forward(store, typed, pooled);
        } finally {
            casts.forEach(NDArray::close);
        }
    }

    private boolean needsCast(NDArray input) {
        DataType given = input.getDataType();
        return settings.type() != null && given != settings.type() && given.isFloating();
    }

    private void setMode(boolean training) {
        program.run(SocketMethods.SET_MODE, training);
    }

    @Override
    public Optional<Shape[]> outputShapes(Shape[] inputShapes) {
        return Optional.empty();
    }

    @Override
    public Optional<PassRecorder> recorder() {
        return Optional.of(recorder);
    }

    @Override
    public Optional<ProgramMethods> methods() {
        return Optional.of(program);
    }

    @Override
    public Optional<RowModules> rowModules() {
        return Optional.of(new RowModules(this, program, sockets, trials));
    }

    @Override
    public Optional<BaseModel> replica() {
        try {
            Model copy = loader.load();
            try {
                TorchScriptBaseModel replica =
                        new TorchScriptBaseModel(
                                loader, copy, facts, base, methodNames, settings, trials);
                replica.sockets.setBase();
                replica.choose(matmul);
                return Optional.of(replica);
            } catch (RuntimeException e) {
                copy.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            logger.warn(
                    "Fewer passes with different adapters run at once than there are processors,"
                            + " because the model can't be loaded once more: {}",
                    e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
