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
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.djladapters.rotation.Matmul;
import org.djladapters.rotation.TransformKernel;
import org.djladapters.surgery.BaseModel;
import org.djladapters.surgery.Placements;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A frozen base with adapters as one Block. Its parameters are those of the active adapters.
 *
 * <p>A training pass plugs the transforms, with their gradients, in and takes them out again before
 * it returns; adapters on tapes get their gradients from an open {@link AdapterGradientCollector}.
 * An inference pass finds transformed weights assigned; they are computed once after each change.
 * Inference passes of several threads run at once; training passes, updates and other changes wait
 * for them and run alone, so that no pass sees a state in between. Where a trainer updates
 * parameters without waiting, inference reads copies, see {@link StepBoundary}.
 */
final class AdaptedBlock extends AbstractBaseBlock {

    private static final Logger logger = LoggerFactory.getLogger(AdaptedBlock.class);

    private final BaseModel baseModel;
    private final StepBoundary boundary;
    private final Weights weights;
    private final PlacementCache plugs;
    private final AdapterRegistry roster = new AdapterRegistry();

    /** The base model's parameters that adapters have changed for good. */
    private final Set<String> kept = new LinkedHashSet<>();

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    /** The weights assigned for inference; null after a change. */
    private Weights.Assignment assignment;

    /** What is open and computes the gradients of adapters on tapes; null for nothing. */
    private AdapterGradientCollector collector;

    /** Whether the model was seen to change in place what is recorded; it would every time. */
    private boolean changesInPlace;

    /** Whether parameters may have changed since something was computed from them. */
    private boolean trained;

    /** Whether {@link #update} runs, which changes parameters at any time. */
    private boolean updating;

    /** The managers of the trainers that update parameters while no pass runs. */
    private final Set<NDManager> trainers = new HashSet<>();

    /** How the products of linear layers are computed. */
    private Matmul matmul = Matmul.MKL;

    private boolean closed;

    AdaptedBlock(BaseModel baseModel) {
        this.baseModel = baseModel;
        boundary = new StepBoundary(baseModel.manager());
        weights = new Weights(baseModel, boundary);
        plugs = new PlacementCache(weights, boundary);
        inputNames = baseModel.inputNames();
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        return training ? train(store, inputs) : infer(store, inputs, shown -> {});
    }

    private NDList train(ParameterStore store, NDList inputs) {
        lockAlone();
        try (NDManager scope = inputs.get(0).getManager().newSubManager()) {
            requireOpen();
            roster.requireNoneMerged("training");
            List<Adapter> plugged = roster.effective();
            dropAssignment();
            trained = true;
            holdUnlessUpdatesAreKnown(plugged, store.getManager());
            NDList outputs;
            try {
                outputs = train(plugged, store, inputs, scope);
            } finally {
                baseModel.assign(Placements.NONE);
            }
            return toFloat32(head(plugged, store, inputs, outputs, true), scope);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Any other trainer than those of this model updates parameters whenever it likes. */
    private void holdUnlessUpdatesAreKnown(List<Adapter> plugged, NDManager trainer) {
        if (!trainers.contains(trainer)) {
            // what was plugged before shares memory with the parameters
            plugged.stream()
                    .filter(adapter -> !boundary.holds(adapter))
                    .forEach(adapter -> plugs.drop(adapter.name()));
            boundary.hold(plugged, trainer, () -> endUpdates(trainer));
        }
    }

    private void endUpdates(NDManager trainer) {
        lockAlone();
        try {
            boundary.end(trainer);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Puts adapters on tapes while a collector is open that computes their gradients. */
    private NDList train(
            List<Adapter> plugged, ParameterStore store, NDList inputs, NDManager scope) {
        if (collector != null && baseModel.records() && !changesInPlace) {
            CustomBackwardPass pass = new CustomBackwardPass(plugged, baseModel, store);
            boolean taken = false;
            try {
                baseModel.assign(weights.trainingPlug(plugged, store, pass.plugged(), scope));
                Optional<NDList> outputs = pass.run(store, inputs);
                taken = outputs.isPresent();
                if (taken) {
                    collector.add(pass);
                    return outputs.get();
                }
                changesInPlace = true;
            } finally {
                if (!taken) {
                    pass.close();
                }
            }
        }
        baseModel.assign(weights.trainingPlug(plugged, store, Map.of(), scope));
        return baseModel.forward(store, inputs, true);
    }

    /** Extends a collector of the engine, for the training passes until it is closed. */
    GradientCollector collect(GradientCollector engine, Runnable onClose) {
        lockAlone();
        try {
            collector = new AdapterGradientCollector(engine, this, onClose);
            return collector;
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Notes that a collector is closed. */
    void endTaping(AdapterGradientCollector closed) {
        lockAlone();
        try {
            if (collector == closed) {
                collector = null;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /**
     * Outputs of 16 bits in float32: losses would lose digits in float16, DJL can't take gradients
     * of bfloat16, which it does not know, and its own casts cut gradients off.
     */
    private static NDList toFloat32(NDList outputs, NDManager scope) {
        NDArray like = scope.create(new Shape(0), DataType.FLOAT32);
        NDList wide = new NDList(outputs.size());
        for (NDArray output : outputs) {
            DataType type = output.getDataType();
            if (type == DataType.FLOAT16 || type == DataType.UNKNOWN) {
                NDArray cast = TransformKernel.cast(output, like, output.getManager());
                cast.setName(output.getName());
                wide.add(cast);
            } else {
                wide.add(output);
            }
        }
        return wide;
    }

    /** Runs a pass if a check passes of the adapters that it shows, which stay until it is over. */
    NDList infer(ParameterStore store, NDList inputs, Consumer<List<Adapter>> check) {
        lock.readLock().lock();
        try {
            if (baseModel.isReady() && !boundary.isBehind() && isAssignmentCurrent()) {
                check.accept(roster.effective());
                return inferAssigned(store, inputs);
            }
        } finally {
            lock.readLock().unlock();
        }
        lockAlone();
        try {
            requireOpen();
            check.accept(roster.effective());
            boundary.catchUp();
            if (!isAssignmentCurrent()) {
                assign(roster.effective(), false);
            }
            return inferAssigned(store, inputs);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Runs every row with an adapter of its own; what is assigned stands again afterwards. */
    NDList predict(NDList inputs, List<String> adapterOfRow) {
        MixedBatch batch = new MixedBatch(inputs, adapterOfRow);
        lockAlone();
        try {
            requireOpen();
            boundary.catchUp();
            roster.requireNoneMerged("rows choose adapters of their own");
            roster.requireEnabled("rows choose adapters of their own");
            batch.adapters().forEach(this::chosen);
            try {
                return batch.run(this::inferPlugged);
            } finally {
                baseModel.assign(assignment == null ? Placements.NONE : assignment.plug());
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private NDList inferPlugged(String name, NDList inputs) {
        List<Adapter> chosen = chosen(name);
        baseModel.assign(
                chosen.isEmpty() ? Placements.NONE : plugs.get(chosen.get(0), mayHaveChanged()));
        ParameterStore store = boundary.store(inputs.get(0).getManager());
        return head(chosen, store, inputs, baseModel.forward(store, inputs, false), false);
    }

    private List<Adapter> chosen(String name) {
        return name.equals(AdaptedModel.BASE) ? List.of() : List.of(roster.get(name));
    }

    /** Merged weights stay as they are, others follow the parameters while these are trained. */
    private boolean isAssignmentCurrent() {
        if (assignment == null) {
            return false;
        }
        return !mayHaveChanged()
                || roster.showsMerged()
                || boundary.version(roster.effective()) == assignment.version();
    }

    /** Tells whether what was computed from parameters has to be compared with them. */
    private boolean mayHaveChanged() {
        return trained || updating;
    }

    private NDList inferAssigned(ParameterStore store, NDList inputs) {
        NDList outputs = baseModel.forward(store, inputs, false);
        return head(roster.effective(), boundary.store(store.getManager()), inputs, outputs, false);
    }

    /** Applies the head of the adapter that has one. */
    private NDList head(
            List<Adapter> plugged,
            ParameterStore store,
            NDList inputs,
            NDList outputs,
            boolean training) {
        Head head = null;
        for (Adapter adapter : plugged) {
            head = adapter.head() == null ? head : adapter.head();
        }
        if (head == null) {
            return outputs;
        }
        NDList features = new NDList(Features.of(outputs, head.config().pooling()));
        int mask = baseModel.inputNames().indexOf("attention_mask");
        if (mask >= 0 && mask < inputs.size()) {
            features.add(inputs.get(mask));
        }
        return head.forward(store, features, training);
    }

    /** Computes and assigns weights; nothing changes if that fails. */
    private void assign(List<Adapter> adapters, boolean onlyFinite) {
        Weights.Assignment next = weights.assignment(adapters, onlyFinite);
        Weights.Assignment before = assignment;
        baseModel.assign(next.plug());
        assignment = next;
        if (before != null) {
            before.close();
        }
    }

    private void dropAssignment() {
        if (assignment != null) {
            baseModel.assign(Placements.NONE);
            assignment.close();
            assignment = null;
        }
    }

    BaseModel baseModel() {
        return baseModel;
    }

    Adapter adapter(String name) {
        return read(() -> roster.get(name));
    }

    List<String> names() {
        return read(roster::names);
    }

    List<String> active() {
        return read(roster::active);
    }

    List<String> merged() {
        return read(roster::merged);
    }

    boolean isDisabled() {
        return read(roster::isDisabled);
    }

    private List<Adapter> activeAdapters() {
        return read(() -> roster.get(roster.active()));
    }

    /** What is the case now; the layers in the order of the model. */
    ModelStatus status(String model) {
        return read(() -> roster.status(model, baseModel, matmul));
    }

    Matmul matmul() {
        return read(() -> matmul);
    }

    /** Chooses how products are computed in all passes that begin from now on. */
    void choose(Matmul choice) {
        lockAlone();
        try {
            requireOpen();
            // the base model's own weights come to lie as the choice takes them best
            dropAssignment();
            baseModel.choose(choice);
            matmul = choice;
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** The first adapter becomes active. */
    void add(Adapter adapter) {
        change(() -> roster.add(adapter));
    }

    void requireFree(String name) {
        lock.readLock().lock();
        try {
            roster.requireFree(name);
        } finally {
            lock.readLock().unlock();
        }
    }

    void activate(List<String> names) {
        change(() -> roster.activate(names));
    }

    void delete(String name) {
        change(
                () -> {
                    Adapter removed = roster.remove(name);
                    boundary.forget(removed);
                    removed.close();
                    plugs.drop(name);
                });
    }

    /** Gives an adapter the function of another one that is not of this model. */
    void swap(String name, Adapter other) {
        change(
                () -> {
                    roster.requireUnmerged(name, "swapped");
                    roster.get(name).copyFrom(other, baseModel.manager());
                    boundary.forget(roster.get(name));
                    plugs.drop(name);
                });
    }

    /** Merges adapters after those that are merged already. */
    void merge(List<String> names, boolean onlyFinite) {
        lockAlone();
        try {
            requireOpen();
            boundary.catchUp();
            roster.requireEnabled("they are merged");
            List<String> all = roster.afterMerging(names);
            if (all.equals(roster.merged())) {
                logger.warn("Adapters {} are merged already; nothing changes.", names);
                return;
            }
            assign(roster.get(all), onlyFinite);
            roster.setMerged(all);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Takes adapters out again, all if none is named. */
    void unmerge(List<String> names) {
        change(() -> roster.unmerge(names));
    }

    /** Deletes all adapters, merged ones too, which leaves the base model. */
    void unload() {
        change(this::deleteAll);
    }

    /** Makes the weights with adapters the base model's own and deletes all adapters. */
    void mergeAndUnload(List<String> names) {
        lockAlone();
        try {
            requireOpen();
            boundary.catchUp();
            roster.requireEnabled("they are merged");
            List<Adapter> all = roster.get(roster.afterMerging(names));
            for (Adapter adapter : all) {
                if (adapter.head() != null) {
                    throw new IllegalStateException(
                            "Adapter '"
                                    + adapter.name()
                                    + "' has a head, for which the base has no place; export the"
                                    + " model with TaskModel instead.");
                }
            }
            try (Weights.Assignment last = weights.assignment(all, true)) {
                dropAssignment();
                baseModel.keep(last.plug().weights());
                kept.addAll(last.plug().weights().keySet());
            }
            deleteAll();
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void deleteAll() {
        boundary.forget();
        plugs.clear();
        roster.clear();
    }

    void disable() {
        change(roster::disable);
    }

    void enable() {
        change(roster::enable);
    }

    /** Copies of the weights with adapters, and of those that differ from what was opened. */
    Map<String, NDArray> mergedWeights(
            List<String> names, NDManager manager, Consumer<List<Adapter>> reader) {
        lockAlone();
        try {
            requireOpen();
            List<Adapter> adapters = roster.get(names);
            AdapterRegistry.requireOneHead(adapters);
            boundary.catchUp();
            reader.accept(adapters);
            Map<String, NDArray> results = new LinkedHashMap<>();
            try (Weights.Assignment assignment = weights.assignment(adapters, true)) {
                results.putAll(assignment.plug().weights());
                for (String name : kept) {
                    results.computeIfAbsent(name, n -> baseModel.parameters().get(n).duplicate());
                }
                results.values().forEach(array -> array.attach(manager));
            }
            return results;
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Copies of all that an adapter trains, as predictions of this thread read it. */
    Map<String, NDArray> values(String name, NDManager owner) {
        lockAlone();
        try (NDManager scope = baseModel.manager().newSubManager()) {
            requireOpen();
            Map<String, Parameter> parameters = roster.get(name).parameters();
            boundary.catchUp();
            ParameterStore store = boundary.store(scope);
            Map<String, NDArray> values = new LinkedHashMap<>();
            parameters.forEach(
                    (key, parameter) ->
                            values.put(key, store.getValue(parameter, scope.getDevice(), false)));
            return TransformKernel.copies(values, owner);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Refuses training that would change nothing. */
    void requireTrainable() {
        lock.readLock().lock();
        try {
            requireOpen();
            roster.requireTrainable();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Notes that a trainer makes its updates with {@link #update}. */
    void beginTraining(NDManager trainer) {
        lockAlone();
        try {
            trainers.add(trainer);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Notes that a trainer changes parameters no more. */
    void endTraining(NDManager trainer) {
        lockAlone();
        try {
            trainers.remove(trainer);
            trained = boundary.holdsAny();
            if (!closed) {
                dropAssignment();
                plugs.clear();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Changes parameters while no pass runs. */
    void update(Runnable update) {
        lockAlone();
        try {
            requireOpen();
            boolean merged = roster.showsMerged();
            boolean outer = updating;
            updating = true;
            try {
                update.run();
            } finally {
                updating = outer;
                boundary.forget();
                if (!trained) {
                    plugs.clear();
                    if (!merged) {
                        dropAssignment();
                    }
                }
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Lets the next inference compute the weights again. */
    void refresh() {
        change(
                () -> {
                    boundary.forget();
                    plugs.clear();
                });
    }

    /** Waits until no pass runs. A thread that is in one itself would wait for ever. */
    private void lockAlone() {
        if (lock.getReadHoldCount() > 0 && !lock.isWriteLockedByCurrentThread()) {
            throw new IllegalStateException(
                    "The model can't be changed, trained or asked for predictions of rows from"
                            + " within a prediction of this thread, such as from its check; do it"
                            + " after the prediction.");
        }
        lock.writeLock().lock();
    }

    private void change(Runnable change) {
        lockAlone();
        try {
            requireOpen();
            change.run();
            dropAssignment();
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The adapted model was closed.");
        }
    }

    /** Reads while nothing is changed. */
    <T> T read(Supplier<T> read) {
        lock.readLock().lock();
        try {
            return read.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The Blocks of the active adapters. */
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

    /** The base model's parameters that the active adapters train in full. */
    @Override
    public ParameterList getDirectParameters() {
        ParameterList parameters = new ParameterList();
        for (Adapter adapter : activeAdapters()) {
            adapter.savedModules()
                    .forEach((name, value) -> parameters.add(adapter.name() + "." + name, value));
        }
        return parameters;
    }

    /** Saves the parameters of the active adapters, those of one step. */
    @Override
    public void saveParameters(DataOutputStream out) throws IOException {
        lock.readLock().lock();
        try {
            super.saveParameters(out);
        } finally {
            lock.readLock().unlock();
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
        lockAlone();
        try {
            List<NDArray> before =
                    getParameters().values().stream().map(Parameter::getArray).toList();
            super.loadParameters(baseModel.manager(), in);
            boundary.forget();
            before.forEach(NDArray::close);
            getParameters().values().forEach(parameter -> parameter.freeze(false));
            dropAssignment();
            plugs.clear();
        } finally {
            lock.writeLock().unlock();
        }
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
     * Those of the Blocks, or found by a pass over zeros. Where no types are given, as a {@link
     * ai.djl.nn.SequentialBlock} gives none, these are integers unless they are values.
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
            return infer(new ParameterStore(scope, false), inputs, shown -> {}).getShapes();
        }
    }

    private DataType usualType(int input) {
        boolean tokens = input < inputNames.size() && !inputNames.get(input).contains("values");
        return tokens ? DataType.INT64 : DataType.FLOAT32;
    }

    void close() {
        lockAlone();
        try {
            if (closed) {
                return;
            }
            dropAssignment();
            plugs.clear();
            boundary.forget();
            closed = true;
            roster.clear();
            baseModel.close();
        } finally {
            lock.writeLock().unlock();
        }
    }
}
