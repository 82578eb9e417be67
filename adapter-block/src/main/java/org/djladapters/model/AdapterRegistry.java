/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.OpenOptions;
import org.djladapters.matmul.Matmul;
import org.djladapters.model.access.KeptAdapter;
import org.djladapters.rotation.programs.TransformKernel;
import org.djladapters.surgery.BaseModel;
import org.djladapters.surgery.Placements;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of adapters in a model: they are added, active, trained, merged, disabled and deleted
 * here, and what is computed of them is cached here until they change.
 *
 * <p>The registry owns the lock of the model. Inference passes of several threads run at once;
 * training passes, updates and other changes wait for them and run alone, so that no pass sees a
 * state in between. Where a trainer updates parameters without waiting, inference reads copies, see
 * {@link StepBoundary}.
 */
final class AdapterRegistry implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(AdapterRegistry.class);

    private final BaseModel baseModel;
    private final AdapterFactory factory;
    private final StepBoundary boundary;
    private final Weights weights;
    private final PlacementCache cache;
    private final AdapterPlacements placements;
    private final Replicas replicas;
    private final AdapterStates states = new AdapterStates();
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    /** The base model's parameters that adapters have changed for good. */
    private final Set<String> replaced = new LinkedHashSet<>();

    /** A sample of the base model's weights; null before it is asked for, and after a change. */
    private volatile float[] sample;

    /** The managers of the trainers that update parameters while no pass runs. */
    private final Set<NDManager> trainers = new HashSet<>();

    private final List<AdapterListener> listeners = new CopyOnWriteArrayList<>();

    /** Whether parameters may have changed since something was computed from them. */
    private boolean trained;

    /** Whether {@link #update} runs, which changes parameters at any time. */
    private boolean updating;

    /** How the products of linear layers are computed. */
    private Matmul matmul = Matmul.MKL;

    private boolean closed;

    /** Reads the parameters of a stream in the place of those that adapters have. */
    @FunctionalInterface
    interface Loading {
        void run() throws IOException, MalformedModelException;
    }

    /** Writes parameters to a stream. */
    @FunctionalInterface
    interface Saving {
        void run() throws IOException;
    }

    /**
     * Begins without adapters.
     *
     * @param directory what tells the type and the width of the model, null if nothing does
     * @param options how the model was opened
     */
    AdapterRegistry(BaseModel baseModel, ModelDirectory directory, OpenOptions options) {
        this.baseModel = baseModel;
        factory = new AdapterFactory(baseModel, directory);
        boundary = new StepBoundary(baseModel.manager());
        weights = new Weights(baseModel, boundary);
        cache = new PlacementCache(baseModel, weights, boundary);
        placements = new AdapterPlacements(weights, boundary, options.adapterCache());
        replicas = new Replicas(baseModel);
    }

    BaseModel baseModel() {
        return baseModel;
    }

    /** What computes the weights that adapters give. */
    Weights weights() {
        return weights;
    }

    /** What gives passes without gradients the values of parameters. */
    ParameterStore store(NDManager owner) {
        return boundary.store(owner);
    }

    // passes

    /**
     * Runs a pass without gradients if a check passes of the adapters that it shows, which stay
     * until it is over. Their weights are assigned to the base model meanwhile.
     */
    <T> T infer(Consumer<List<Adapter>> check, Function<List<Adapter>, T> pass) {
        lock.readLock().lock();
        try {
            if (baseModel.isReady() && !boundary.isBehind() && isAssignmentCurrent()) {
                check.accept(states.effective());
                return pass.apply(states.effective());
            }
        } finally {
            lock.readLock().unlock();
        }
        return alone(
                () -> {
                    requireOpen();
                    check.accept(states.effective());
                    boundary.catchUp();
                    if (!isAssignmentCurrent()) {
                        cache.assign(states.effective(), false);
                    }
                    return pass.apply(states.effective());
                });
    }

    /** Merged weights stay as they are, others follow the parameters while these are trained. */
    private boolean isAssignmentCurrent() {
        return states.showsMerged()
                ? cache.isAssigned()
                : cache.isAssigned(states.effective(), mayHaveChanged());
    }

    /** Tells whether what was computed from parameters has to be compared with them. */
    private boolean mayHaveChanged() {
        return trained || updating;
    }

    /**
     * Runs a training pass of the active adapters, which places what it needs in the base model.
     *
     * @param trainer the manager of the pass's store
     */
    <T> T train(NDManager trainer, Function<List<Adapter>, T> pass) {
        return train(trainer, states::effective, pass);
    }

    /**
     * Runs a training pass of adapters whatever is active, which places what it needs in the base
     * model.
     *
     * @param trainer the manager of the pass's store
     * @param names the adapters
     */
    <T> T trainRows(NDManager trainer, Set<String> names, Function<List<Adapter>, T> pass) {
        return train(
                trainer,
                () -> {
                    states.requireEnabled("training");
                    return names.stream().map(states::get).toList();
                },
                pass);
    }

    private <T> T train(
            NDManager trainer, Supplier<List<Adapter>> trainees, Function<List<Adapter>, T> pass) {
        return alone(
                () -> {
                    requireOpen();
                    states.requireNoneMerged("training");
                    List<Adapter> adapters = trainees.get();
                    cache.unassign();
                    trained = true;
                    holdUnlessUpdatesAreKnown(adapters, trainer);
                    try {
                        return pass.apply(adapters);
                    } finally {
                        baseModel.assign(Placements.NONE);
                    }
                });
    }

    /** Runs a backward pass that places things of its own in the base model. */
    <T> T replay(Supplier<T> pass) {
        return alone(
                () -> {
                    requireOpen();
                    cache.unassign();
                    return pass.get();
                });
    }

    /** Any other trainer than those of this model updates parameters whenever it likes. */
    private void holdUnlessUpdatesAreKnown(List<Adapter> adapters, NDManager trainer) {
        if (!trainers.contains(trainer)) {
            // what was placed before shares memory with the parameters
            adapters.stream()
                    .filter(adapter -> !boundary.holds(adapter))
                    .forEach(adapter -> placements.drop(adapter));
            boundary.hold(adapters, trainer, () -> endUpdates(trainer));
        }
    }

    private void endUpdates(NDManager trainer) {
        alone(() -> boundary.end(trainer));
    }

    /**
     * Runs passes without gradients that place adapters of their own, whatever is active: in a
     * replica of the base model beside other passes, or by themselves where there is none.
     *
     * @param names the adapters
     * @param passes what is run
     */
    <T> T inferRows(Set<String> names, Function<RowPasses, T> passes) {
        return inferRows(() -> forRows(names), passes);
    }

    /**
     * Runs passes of adapters that are found when nothing changes any more.
     *
     * @param adapters the adapters by name, empty for the base model
     */
    private <T> T inferRows(
            Supplier<Map<String, Optional<Adapter>>> adapters, Function<RowPasses, T> passes) {
        requireNoPass();
        if (lock.isWriteLockedByCurrentThread()) {
            return inferRowsAlone(adapters, passes);
        }
        Optional<T> result;
        replicas.enter();
        try {
            result = inferInReplica(adapters, passes);
        } finally {
            replicas.leave();
        }
        return result.orElseGet(() -> inferRowsAlone(adapters, passes));
    }

    /** Nothing if there is no replica, or predictions of this thread have to catch up first. */
    private <T> Optional<T> inferInReplica(
            Supplier<Map<String, Optional<Adapter>>> adapters, Function<RowPasses, T> passes) {
        lock.readLock().lock();
        try {
            if (closed || boundary.isBehind()) {
                return Optional.empty();
            }
            Map<String, Optional<Adapter>> found = adapters.get();
            Optional<BaseModel> replica = replicas.borrow();
            if (replica.isEmpty()) {
                return Optional.empty();
            }
            try (RowPasses rows = rowPasses(replica.get(), found)) {
                return Optional.of(passes.apply(rows));
            } finally {
                replicas.giveBack(replica.get());
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    private <T> T inferRowsAlone(
            Supplier<Map<String, Optional<Adapter>>> adapters, Function<RowPasses, T> passes) {
        return alone(
                () -> {
                    requireOpen();
                    boundary.catchUp();
                    try (RowPasses rows = rowPasses(baseModel, adapters.get())) {
                        return passes.apply(rows);
                    } finally {
                        cache.reassign();
                    }
                });
    }

    private RowPasses rowPasses(BaseModel model, Map<String, Optional<Adapter>> adapters) {
        return new RowPasses(model, adapters, placements, mayHaveChanged());
    }

    /** The adapters of names, empty for the base model, if rows can choose now. */
    private Map<String, Optional<Adapter>> forRows(Set<String> names) {
        requireRowsCanChoose();
        Map<String, Optional<Adapter>> adapters = new LinkedHashMap<>();
        for (String name : names) {
            boolean base = name.equals(AdaptedModel.BASE);
            adapters.put(name, base ? Optional.empty() : Optional.of(states.get(name)));
        }
        return adapters;
    }

    /** An adapter by its name, empty for the base model, if it is still there. */
    private Map<String, Optional<Adapter>> forRows(Optional<Adapter> adapter) {
        requireRowsCanChoose();
        adapter.ifPresent(states::requireSame);
        return Map.of(nameOf(adapter), adapter);
    }

    private void requireRowsCanChoose() {
        states.requireNoneMerged("rows choose their own adapters");
        states.requireEnabled("rows choose their own adapters");
    }

    /**
     * Runs a pass without gradients of one adapter, or of the base model, whatever is active, as
     * {@link #inferRows}, or in the base model itself if that shows just this.
     *
     * @param adapter the adapter, empty for the base model
     * @param check runs before the pass, which sees what it sees; what it throws ends the call
     * @param pass takes the model in which the adapter is placed, and the adapter
     */
    <T> T inferAlone(
            Optional<Adapter> adapter,
            Runnable check,
            BiFunction<BaseModel, List<Adapter>, T> pass) {
        List<Adapter> chosen = adapter.stream().toList();
        lock.readLock().lock();
        try {
            if (showsNow(chosen)) {
                check.run();
                return pass.apply(baseModel, chosen);
            }
        } finally {
            lock.readLock().unlock();
        }
        Supplier<T> inRows =
                () ->
                        inferRows(
                                () -> forRows(adapter),
                                rows -> {
                                    check.run();
                                    rows.place(nameOf(adapter));
                                    return pass.apply(rows.model(), chosen);
                                });
        if (!read(() -> states.effective().equals(chosen))) {
            return inRows.get();
        }
        // its weights are to be assigned, once for all passes that follow
        return alone(
                () ->
                        states.effective().equals(chosen)
                                ? infer(shown -> check.run(), shown -> pass.apply(baseModel, shown))
                                : inRows.get());
    }

    /** As {@link #inferAlone}, in the base model itself, whose program the pass calls. */
    <T> T callAlone(Optional<Adapter> adapter, Function<List<Adapter>, T> pass) {
        List<Adapter> chosen = adapter.stream().toList();
        lock.readLock().lock();
        try {
            if (showsNow(chosen)) {
                return pass.apply(chosen);
            }
        } finally {
            lock.readLock().unlock();
        }
        return alone(
                () -> {
                    requireOpen();
                    if (states.effective().equals(chosen)) {
                        return infer(shown -> {}, pass);
                    }
                    return inferRowsAlone(
                            () -> forRows(adapter),
                            rows -> {
                                cache.setPlaced(rows.place(nameOf(adapter)));
                                return pass.apply(chosen);
                            });
                });
    }

    private boolean showsNow(List<Adapter> chosen) {
        return baseModel.isReady()
                && !boundary.isBehind()
                && isAssignmentCurrent()
                && states.effective().equals(chosen);
    }

    private static String nameOf(Optional<Adapter> adapter) {
        return adapter.map(Adapter::name).orElse(AdaptedModel.BASE);
    }

    /** What stands, by identity, for what a pass without gradients sees; read during the pass. */
    Object shown() {
        return cache.current();
    }

    // adapters

    /** Refuses a name that a new adapter can't have. */
    void requireNew(String name) {
        AdapterStates.requireName(name);
        read(
                () -> {
                    states.requireFree(name);
                    return name;
                });
    }

    /** Makes and adds an adapter; the first one becomes active. */
    Adapter add(
            String name,
            AdapterConfig config,
            HeadConfig head,
            Function<List<WeightSpec>, List<WeightAdapter>> blocks,
            Consumer<Adapter> values) {
        requireNew(name);
        return put(factory.make(name, config, head, blocks), values, states::add);
    }

    /**
     * Puts a new adapter in the place of one, of any method; passes see one of them.
     *
     * @param name the name of both
     */
    Adapter replace(
            String name,
            AdapterConfig config,
            HeadConfig head,
            Function<List<WeightSpec>, List<WeightAdapter>> blocks,
            Consumer<Adapter> values) {
        adapter(name);
        Adapter next =
                put(
                        factory.make(name, config, head, blocks),
                        values,
                        adapter -> states.replace(adapter).ifPresent(this::release));
        tellReplaced(name);
        return next;
    }

    /** Tells all listeners, of which none can undo what has happened. */
    private void tellReplaced(String name) {
        for (AdapterListener listener : listeners) {
            try {
                listener.adapterReplaced(name);
            } catch (RuntimeException e) {
                logger.error("A listener failed after adapter '{}' was replaced", name, e);
            }
        }
    }

    void addListener(AdapterListener listener) {
        listeners.add(listener);
    }

    void removeListener(AdapterListener listener) {
        listeners.remove(listener);
    }

    /**
     * Keeps the adapter of a name as long as the result is open, even if another one takes its
     * place meanwhile; not if it is deleted.
     */
    KeptAdapter keep(String name) {
        return keep(() -> states.get(name));
    }

    /** Keeps the adapter that has taken the place of another one last. */
    KeptAdapter keepLatest(Adapter adapter) {
        return keep(adapter::latest);
    }

    private KeptAdapter keep(Supplier<Adapter> adapter) {
        Adapter kept = read(() -> states.keep(adapter.get()));
        AtomicBoolean open = new AtomicBoolean(true);
        return new KeptAdapter() {
            @Override
            public Adapter adapter() {
                return kept;
            }

            @Override
            public void close() {
                if (open.getAndSet(false)) {
                    endKeeping(kept);
                }
            }
        };
    }

    private void endKeeping(Adapter adapter) {
        if (read(() -> states.endKeeping(adapter))) {
            alone(
                    () -> {
                        if (states.removeRetired(adapter)) {
                            release(adapter);
                        }
                    });
        }
    }

    /**
     * Gives a new adapter its values, then its place while no pass runs; closes it if that fails.
     */
    private Adapter put(Adapter adapter, Consumer<Adapter> values, Consumer<Adapter> place) {
        try {
            values.accept(adapter);
            change(() -> place.accept(adapter));
        } catch (RuntimeException e) {
            adapter.close();
            throw e;
        }
        return adapter;
    }

    /** Releases an adapter that was taken out, and all that was made of it. */
    private void release(Adapter removed) {
        boundary.forget(removed);
        placements.drop(removed);
        removed.close();
    }

    /** Gives an adapter the function of another one, which is made for that. */
    void swap(
            String name,
            AdapterConfig config,
            Function<List<WeightSpec>, List<WeightAdapter>> blocks,
            Consumer<Adapter> values) {
        Adapter own = adapter(name);
        HeadConfig head = own.headConfig().orElse(null);
        AdapterConfig placed = config.withTargets(own.config().targets());
        try (Adapter other = factory.make(name, placed, head, blocks)) {
            values.accept(other);
            change(
                    () -> {
                        states.requireUnmerged(name, "swapped");
                        states.get(name).copyFrom(other, baseModel.manager());
                        boundary.forget(states.get(name));
                        placements.drop(states.get(name));
                    });
        }
        tellReplaced(name);
    }

    Adapter adapter(String name) {
        return read(() -> states.get(name));
    }

    List<String> names() {
        return read(states::names);
    }

    List<String> active() {
        return read(states::active);
    }

    List<Adapter> activeAdapters() {
        return read(() -> states.get(states.active()));
    }

    List<String> merged() {
        return read(states::merged);
    }

    boolean isDisabled() {
        return read(states::isDisabled);
    }

    /** What is the case now; the layers in the order of the model. */
    ModelStatus status(String model) {
        return read(() -> states.status(model, baseModel, matmul));
    }

    void activate(List<String> names) {
        change(() -> states.activate(names));
    }

    void disable() {
        change(states::disable);
    }

    void enable() {
        change(states::enable);
    }

    void delete(String name) {
        change(() -> release(states.remove(name)));
    }

    /** Deletes all adapters, merged ones too, which leaves the base model. */
    void unload() {
        change(this::deleteAll);
    }

    private void deleteAll() {
        boundary.forget();
        placements.clear();
        states.clear();
    }

    // merged weights

    /** Merges adapters after those that are merged already. */
    void merge(List<String> names, boolean onlyFinite) {
        alone(
                () -> {
                    requireOpen();
                    boundary.catchUp();
                    states.requireEnabled("they are merged");
                    List<String> all = states.afterMerging(names);
                    if (all.equals(states.merged())) {
                        logger.warn("Adapters {} are merged already; nothing changes", names);
                        return;
                    }
                    cache.assign(states.get(all), onlyFinite);
                    states.setMerged(all);
                });
    }

    /** Takes adapters out again, all if none is named. */
    void unmerge(List<String> names) {
        change(() -> states.unmerge(names));
    }

    /** Makes the weights with adapters the base model's own and deletes all adapters. */
    void mergeAndUnload(List<String> names) {
        alone(
                () -> {
                    requireOpen();
                    boundary.catchUp();
                    states.requireEnabled("they are merged");
                    List<Adapter> all = states.get(states.afterMerging(names));
                    all.forEach(AdapterRegistry::requireNoHead);
                    try (Weights.Assignment last = weights.assignment(all, true)) {
                        cache.unassign();
                        baseModel.keep(last.placements().weights());
                        replaced.addAll(last.placements().weights().keySet());
                        sample = null;
                        cache.renewBase();
                        replicas.clear();
                        // the new weights come to lie as the choice takes them best, too
                        baseModel.choose(matmul);
                    }
                    deleteAll();
                });
    }

    /** Takes a sample of the base model's own weights, once until they change for good. */
    float[] baseSample(Function<Map<String, NDArray>, float[]> taking) {
        return read(
                () -> {
                    if (sample == null) {
                        sample = taking.apply(baseModel.parameters());
                    }
                    return sample;
                });
    }

    private static void requireNoHead(Adapter adapter) {
        if (adapter.head() != null) {
            throw new IllegalStateException(
                    "Adapter '"
                            + adapter.name()
                            + "' has a head, for which the base model has no place; export the"
                            + " model with TaskModel instead");
        }
        if (!adapter.resized().isEmpty()) {
            throw new IllegalStateException(
                    "Adapter '"
                            + adapter.name()
                            + "' has a head of another size than the base model, which keeps its"
                            + " own; export the model with TaskModel instead");
        }
    }

    /** Copies of the weights with adapters, and of those that differ from what was opened. */
    Map<String, NDArray> mergedWeights(
            List<String> names, NDManager manager, Consumer<List<Adapter>> reader) {
        return alone(
                () -> {
                    requireOpen();
                    List<Adapter> adapters = states.get(names);
                    AdapterStates.requireOneHead(adapters);
                    boundary.catchUp();
                    reader.accept(adapters);
                    Map<String, NDArray> results = new LinkedHashMap<>();
                    try (Weights.Assignment merged = weights.assignment(adapters, true)) {
                        results.putAll(merged.placements().weights());
                        for (String name : replaced) {
                            results.computeIfAbsent(
                                    name, n -> baseModel.parameters().get(n).duplicate());
                        }
                        results.values().forEach(array -> array.attach(manager));
                    }
                    return results;
                });
    }

    // parameters

    /** Copies of all that an adapter trains, as predictions of this thread read it. */
    Map<String, NDArray> values(String name, NDManager owner) {
        return alone(
                () -> {
                    requireOpen();
                    Map<String, Parameter> parameters = states.get(name).parameters();
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

    /** Refuses training that would change nothing. */
    void requireTrainable() {
        read(
                () -> {
                    requireOpen();
                    states.requireTrainable();
                    return null;
                });
    }

    /** Notes that a trainer makes its updates with {@link #update}. */
    void beginTraining(NDManager trainer) {
        alone(() -> trainers.add(trainer));
    }

    /** Notes that a trainer changes parameters no more. */
    void endTraining(NDManager trainer) {
        alone(
                () -> {
                    trainers.remove(trainer);
                    trained = boundary.holdsAny();
                    if (!closed) {
                        cache.unassign();
                        placements.clear();
                    }
                });
    }

    /** Changes parameters while no pass runs. */
    void update(Runnable update) {
        alone(
                () -> {
                    requireOpen();
                    boolean merged = states.showsMerged();
                    boolean outer = updating;
                    updating = true;
                    try {
                        update.run();
                    } finally {
                        updating = outer;
                        boundary.forget();
                        if (!trained) {
                            placements.clear();
                            if (!merged) {
                                cache.unassign();
                            }
                        }
                    }
                });
    }

    /** Lets the next inference compute the weights again. */
    void refresh() {
        change(
                () -> {
                    boundary.forget();
                    placements.clear();
                });
    }

    /** Writes the parameters of one step. */
    void save(Saving saving) throws IOException {
        lock.readLock().lock();
        try {
            saving.run();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Reads parameters in the place of those that adapters have. */
    void load(Loading loading) throws IOException, MalformedModelException {
        lockAlone();
        try {
            loading.run();
            boundary.forget();
            cache.unassign();
            placements.clear();
        } finally {
            lock.writeLock().unlock();
        }
    }

    Matmul matmul() {
        return read(() -> matmul);
    }

    /** Chooses how products are computed in all passes that begin from now on. */
    void choose(Matmul choice) {
        alone(
                () -> {
                    requireOpen();
                    // the base model's own weights come to lie as the choice takes them best
                    cache.unassign();
                    replicas.clear();
                    baseModel.choose(choice);
                    matmul = choice;
                });
    }

    // the lock

    /** Reads while nothing is changed. */
    <T> T read(Supplier<T> read) {
        lock.readLock().lock();
        try {
            return read.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Does something while no pass runs and nothing else is changed. */
    void alone(Runnable action) {
        alone(
                () -> {
                    action.run();
                    return null;
                });
    }

    private <T> T alone(Supplier<T> action) {
        lockAlone();
        try {
            return action.get();
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Waits until no pass runs. */
    private void lockAlone() {
        requireNoPass();
        lock.writeLock().lock();
    }

    /** Refuses a thread that is in a pass, which would wait for itself for ever. */
    private void requireNoPass() {
        if (lock.getReadHoldCount() > 0 && !lock.isWriteLockedByCurrentThread()) {
            throw new IllegalStateException(
                    "The model can't be changed, trained or asked for predictions of rows"
                            + " during a prediction of the same thread; do it after the"
                            + " prediction");
        }
    }

    /** Changes what predictions show. */
    private void change(Runnable change) {
        alone(
                () -> {
                    requireOpen();
                    change.run();
                    cache.unassign();
                });
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The adapted model was closed");
        }
    }

    /** Releases the adapters and the base model. */
    @Override
    public void close() {
        alone(
                () -> {
                    if (closed) {
                        return;
                    }
                    cache.unassign();
                    placements.clear();
                    boundary.forget();
                    replicas.clear();
                    closed = true;
                    states.clear();
                    baseModel.close();
                });
    }
}
