/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.pass;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.djladapters.adapter.Adapter;
import org.djladapters.matmul.Matmul;
import org.djladapters.rotation.programs.TransformKernel;
import org.djladapters.surgery.BaseModel;

/**
 * The state of a model that its passes read and its changes change: the adapters, and everything
 * that was computed from their parameters. All of it is read and changed under {@link #lock}.
 *
 * <p>Where a trainer updates parameters without waiting, passes without gradients read copies, see
 * {@link StepBoundary}.
 */
public final class ModelState implements AutoCloseable {

    final StepBoundary boundary;
    final Weights weights;
    final AppliedWeights applied;
    final AdapterCache cache;
    final Replicas replicas;

    private final BaseModel baseModel;
    private final ModelLock lock = new ModelLock();
    private final AdapterStates adapters = new AdapterStates();

    /** The managers of the trainers that update parameters while no pass runs. */
    private final Set<NDManager> trainers = new HashSet<>();

    /** Whether parameters may have changed since something was computed from them. */
    private boolean trained;

    /** Whether {@link #update} runs, which changes parameters at any time. */
    private boolean updating;

    private Matmul matmul = Matmul.MKL;
    private boolean closed;

    /** Reads parameters of a stream. */
    @FunctionalInterface
    public interface Loading {
        void run() throws IOException, MalformedModelException;
    }

    /** Begins without adapters; the limit is that of {@link AdapterCache}. */
    public ModelState(BaseModel baseModel, long cacheLimit) {
        this.baseModel = baseModel;
        boundary = new StepBoundary(baseModel.manager());
        weights = new Weights(baseModel, boundary);
        applied = new AppliedWeights(baseModel, weights, boundary);
        cache = new AdapterCache(weights, boundary, cacheLimit);
        replicas = new Replicas(baseModel);
    }

    public BaseModel baseModel() {
        return baseModel;
    }

    public ModelLock lock() {
        return lock;
    }

    public AdapterStates adapters() {
        return adapters;
    }

    /** Tells whether a pass without gradients can run on what is applied. */
    boolean isCurrent() {
        return baseModel.isReady() && !boundary.isBehind() && areWeightsCurrent();
    }

    /** Tells whether the applied weights are those to show; merged ones don't follow training. */
    private boolean areWeightsCurrent() {
        return adapters.showsMerged()
                ? applied.isPresent()
                : applied.isPresent(adapters.effective(), mayHaveChanged());
    }

    /** Tells whether what was computed from parameters has to be compared with them. */
    boolean mayHaveChanged() {
        return trained || updating;
    }

    /** Applies the weights that the adapters give which the model shows. */
    void applyEffective() {
        boundary.catchUp();
        if (!areWeightsCurrent()) {
            applied.apply(adapters.effective(), false);
        }
    }

    /**
     * Begins a training pass, of a store with a manager: the base model has its own weights, and
     * passes without gradients read parameters as {@link StepBoundary} says.
     */
    List<Adapter> beginPass(NDManager trainer, Supplier<List<Adapter>> trainees) {
        requireOpen();
        adapters.requireNoneMerged("training");
        List<Adapter> found = trainees.get();
        applied.remove();
        trained = true;
        if (!trainers.contains(trainer)) {
            // any other trainer than those of this model updates parameters whenever it likes, and
            // what was applied before shares memory with them
            found.stream().filter(adapter -> !boundary.holds(adapter)).forEach(cache::drop);
            boundary.hold(found, trainer, () -> lock.alone(() -> boundary.end(trainer)));
        }
        return found;
    }

    /** Notes that a trainer makes its updates with {@link #update}. */
    public void beginTraining(NDManager trainer) {
        lock.alone(() -> trainers.add(trainer));
    }

    /** Notes that a trainer changes parameters no more. */
    public void endTraining(NDManager trainer) {
        lock.alone(
                () -> {
                    trainers.remove(trainer);
                    trained = boundary.holdsAny();
                    if (!closed) {
                        applied.remove();
                        cache.clear();
                    }
                });
    }

    /** Changes parameters while no pass runs. */
    public void update(Runnable update) {
        lock.alone(
                () -> {
                    requireOpen();
                    boolean merged = adapters.showsMerged();
                    boolean outer = updating;
                    updating = true;
                    try {
                        update.run();
                    } finally {
                        updating = outer;
                        boundary.forget();
                        if (!trained) {
                            cache.clear();
                            if (!merged) {
                                applied.remove();
                            }
                        }
                    }
                });
    }

    /** Returns copies of all that an adapter trains, as predictions of this thread read it. */
    public Map<String, NDArray> values(String name, NDManager owner) {
        return lock.alone(
                () -> {
                    requireOpen();
                    Map<String, Parameter> parameters = adapters.get(name).parameters();
                    boundary.catchUp();
                    try (NDManager scope = baseModel.manager().newSubManager()) {
                        ParameterStore store = boundary.store(scope);
                        Map<String, NDArray> values = new LinkedHashMap<>();
                        parameters.forEach(
                                (key, parameter) ->
                                        values.put(
                                                key,
                                                store.getValue(
                                                        parameter, scope.getDevice(), false)));
                        return TransformKernel.copies(values, owner);
                    }
                });
    }

    /** Reads parameters in the place of those that adapters have. */
    public void load(Loading loading) throws IOException, MalformedModelException {
        lock.lockAlone();
        try {
            loading.run();
            forgetAll();
            applied.remove();
        } finally {
            lock.unlockAlone();
        }
    }

    /** Reads the adapters while nothing is changed. */
    public <T> T read(Function<AdapterStates, T> read) {
        return lock.read(() -> read.apply(adapters));
    }

    /** Returns the adapter of a name. */
    public Adapter adapter(String name) {
        return read(states -> states.get(name));
    }

    /** Changes what predictions show. */
    public void change(Consumer<AdapterStates> change) {
        lock.alone(
                () -> {
                    requireOpen();
                    change.accept(adapters);
                    applied.remove();
                });
    }

    /** Deletes all adapters, merged ones too, which leaves the base model. */
    public void unload() {
        change(
                states -> {
                    forgetAll();
                    states.clear();
                });
    }

    /** Refuses training that would change nothing. */
    public void requireTrainable() {
        lock.read(
                () -> {
                    requireOpen();
                    adapters.requireTrainable();
                    return adapters;
                });
    }

    /** Forgets everything that was computed from the parameters of an adapter. */
    public void forget(Adapter adapter) {
        boundary.forget(adapter);
        cache.drop(adapter);
    }

    /** Forgets everything that was computed from parameters. */
    public void forgetAll() {
        boundary.forget();
        cache.clear();
    }

    public Matmul matmul() {
        return lock.read(() -> matmul);
    }

    /** Chooses how products are computed in all passes that begin from now on. */
    public void choose(Matmul choice) {
        lock.alone(
                () -> {
                    requireOpen();
                    // the base model's own weights come to lie as the choice takes them best
                    applied.remove();
                    replicas.clear();
                    baseModel.choose(choice);
                    matmul = choice;
                });
    }

    void chooseAgain() {
        baseModel.choose(matmul);
    }

    boolean isClosed() {
        return closed;
    }

    public void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The adapted model was closed");
        }
    }

    /** Releases the adapters and the base model. */
    @Override
    public void close() {
        lock.alone(
                () -> {
                    if (closed) {
                        return;
                    }
                    applied.remove();
                    forgetAll();
                    replicas.clear();
                    closed = true;
                    adapters.clear();
                    baseModel.close();
                });
    }
}
