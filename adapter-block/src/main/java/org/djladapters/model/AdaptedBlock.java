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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.AdapterSpec;
import org.djladapters.adapter.Head;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.Placement;
import org.djladapters.adapter.PlacementPlanner;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.model.access.KeptAdapter;
import org.djladapters.model.access.ModelAccess;
import org.djladapters.rotation.CustomBackward;
import org.djladapters.rotation.programs.TransformKernel;
import org.djladapters.surgery.BaseModel;
import org.djladapters.surgery.Placements;

/**
 * A frozen base model with adapters as one Block. Its parameters are those of the active adapters.
 *
 * <p>A training pass places transforms and weights, with their gradients, and takes them out again
 * before it returns; adapters with custom backward passes get their gradients from an open {@link
 * AdapterGradientCollector}. An inference pass finds transformed weights assigned; they are
 * computed once after each change. What passes wait for, {@link AdapterRegistry} says.
 */
final class AdaptedBlock extends AbstractBaseBlock implements ModelAccess {

    private final AdapterRegistry registry;
    private final BaseModel baseModel;

    /** What is open and computes the gradients of custom backward passes; null for nothing. */
    private AdapterGradientCollector collector;

    /** Whether the model was seen to change in place what is recorded; it would every time. */
    private boolean changesInPlace;

    AdaptedBlock(AdapterRegistry registry) {
        this.registry = registry;
        baseModel = registry.baseModel();
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
        try (NDManager scope = inputs.get(0).getManager().newSubManager()) {
            return registry.train(
                    store.getManager(),
                    adapters -> {
                        NDList outputs = train(adapters, store, inputs, scope);
                        return toFloat32(head(adapters, store, inputs, outputs, true), scope);
                    });
        }
    }

    /** Records the pass while a collector is open that computes gradients from what it saves. */
    private NDList train(
            List<Adapter> adapters, ParameterStore store, NDList inputs, NDManager scope) {
        List<AdapterSpec> specs = adapters.stream().map(Adapter::spec).toList();
        requireSameTwice(adapters);
        if (collector != null && baseModel.records() && !changesInPlace) {
            Map<TargetModule, Placement> plan =
                    PlacementPlanner.plan(specs, PlacementPlanner.Purpose.RECORDED_TRAINING);
            Optional<NDList> outputs = record(adapters, plan, store, inputs);
            if (outputs.isPresent()) {
                return outputs.get();
            }
            changesInPlace = true;
        }
        if (baseModel.checkpoints()) {
            throw new IllegalStateException(
                    "Gradient checkpointing needs a gradient collector of this model's trainer, and"
                            + " a model that changes nothing in place; open the model without it");
        }
        Map<TargetModule, Placement> plan =
                PlacementPlanner.plan(specs, PlacementPlanner.Purpose.TRAINING);
        place(adapters, plan, store, Map.of(), scope);
        return baseModel.forward(store, inputs, true, Features.needPooler(baseModel, adapters));
    }

    /** Refuses adapters that leave out something at random in a pass whose layers run twice. */
    private void requireSameTwice(List<Adapter> adapters) {
        for (Adapter adapter : adapters) {
            if (baseModel.checkpoints() && adapter.config().variesInTraining()) {
                throw new IllegalStateException(
                        ("Gradient checkpointing runs layers twice and needs the same outputs both"
                                        + " times, which the dropout of adapter '%s' changes; leave"
                                        + " out one of the two")
                                .formatted(adapter.name()));
            }
        }
    }

    private Optional<NDList> record(
            List<Adapter> adapters,
            Map<TargetModule, Placement> plan,
            ParameterStore store,
            NDList inputs) {
        Set<TargetModule> custom = new LinkedHashSet<>(plan.keySet());
        custom.removeIf(module -> plan.get(module) != Placement.CUSTOM_BACKWARD);
        CustomBackwardPass pass = new CustomBackwardPass(adapters, custom, baseModel, store);
        boolean taken = false;
        try {
            // what is placed stands there again if layers run again
            place(adapters, plan, store, pass.layers(), pass.owner());
            Optional<NDList> outputs =
                    pass.run(store, inputs, Features.needPooler(baseModel, adapters));
            taken = outputs.isPresent();
            if (taken) {
                collector.add(pass);
            }
            return outputs;
        } finally {
            if (!taken) {
                pass.close();
            }
        }
    }

    private void place(
            List<Adapter> adapters,
            Map<TargetModule, Placement> plan,
            ParameterStore store,
            Map<TargetModule, CustomBackward.Layer> layers,
            NDManager scope) {
        baseModel.assign(
                registry.weights().trainingPlacements(adapters, plan, store, layers, scope));
    }

    /** Runs what goes back through a pass, alone if it places something. */
    <T> T backward(Supplier<T> pass) {
        return baseModel.checkpoints() ? registry.replay(pass) : pass.get();
    }

    /** Extends a collector of the engine, for the training passes until it is closed. */
    GradientCollector collect(GradientCollector engine, Runnable onClose) {
        AdapterGradientCollector opened = new AdapterGradientCollector(engine, this, onClose);
        registry.alone(() -> collector = opened);
        return opened;
    }

    /** Notes that a collector is closed. */
    void endCollecting(AdapterGradientCollector closed) {
        registry.alone(
                () -> {
                    if (collector == closed) {
                        collector = null;
                    }
                });
    }

    /**
     * Outputs of 16 bits in float32: losses would lose digits in float16, DJL can't take gradients
     * of bfloat16, which it does not know, and its own casts cut gradients off.
     */
    private static NDList toFloat32(NDList outputs, NDManager scope) {
        NDList converted = new NDList(outputs.size());
        for (NDArray output : outputs) {
            if (isNarrow(output)) {
                NDArray float32 = scope.create(new Shape(0), DataType.FLOAT32);
                NDArray cast = TransformKernel.cast(output, float32, output.getManager());
                cast.setName(output.getName());
                converted.add(cast);
            } else {
                converted.add(output);
            }
        }
        return converted;
    }

    private static boolean isNarrow(NDArray output) {
        DataType type = output.getDataType();
        return type == DataType.FLOAT16 || type == DataType.BFLOAT16 || type == DataType.UNKNOWN;
    }

    /** Runs a pass if a check passes of the adapters that it shows, which stay until it is over. */
    private NDList infer(ParameterStore store, NDList inputs, Consumer<List<Adapter>> check) {
        return registry.infer(check, shown -> inferPlaced(baseModel, shown, store, inputs));
    }

    /** Runs every row with an adapter of its own, whatever is active. */
    NDList predict(NDList inputs, List<String> adapterOfRow) {
        MixedBatch batch = new MixedBatch(inputs, adapterOfRow);
        ParameterStore store = new ParameterStore(inputs.get(0).getManager(), false);
        return registry.inferRows(
                batch.adapters(),
                passes ->
                        batch.run(
                                passes.plan(store, inputs),
                                (counts, rows) -> predict(passes, counts, rows)));
    }

    /** Runs rows of several adapters in one pass, and the head of each. */
    private Map<String, NDList> predict(
            RowPasses passes, Map<String, Integer> counts, NDList rows) {
        NDManager manager = rows.get(0).getManager();
        ParameterStore store = new ParameterStore(manager, false);
        if (counts.size() == 1) {
            String name = counts.keySet().iterator().next();
            passes.place(name);
            return Map.of(name, inferPlaced(passes.model(), passes.adapters(name), store, rows));
        }
        passes.place(counts);
        boolean pooled = Features.needPooler(baseModel, passes.adapters());
        NDList outputs = passes.model().forward(store, rows, false, pooled);
        try (NDManager scope = manager.newSubManager()) {
            Map<String, NDList> parts = MixedBatch.split(counts, outputs, manager);
            Map<String, NDList> inputs = MixedBatch.split(counts, rows, scope);
            parts.replaceAll(
                    (name, part) ->
                            finish(passes.adapters(name), store, inputs.get(name), part, scope));
            return parts;
        }
    }

    @Override
    public Map<String, TrainedRows> trainRows(
            ParameterStore store, NDList inputs, NDList labels, List<String> adapterOfRow) {
        MixedBatch batch = new MixedBatch(inputs, adapterOfRow);
        if (baseModel.checkpoints()) {
            throw new IllegalStateException(
                    "Rows that train adapters of their own can't do with gradient checkpointing;"
                            + " open the model without it");
        }
        NDManager manager = inputs.get(0).getManager();
        try (NDManager scope = manager.newSubManager()) {
            return registry.trainRows(
                    store.getManager(),
                    batch.adapters(),
                    adapters -> trainRows(adapters, batch, store, inputs, labels, scope));
        }
    }

    private Map<String, TrainedRows> trainRows(
            List<Adapter> adapters,
            MixedBatch batch,
            ParameterStore store,
            NDList inputs,
            NDList labels,
            NDManager scope) {
        NDManager manager = inputs.get(0).getManager();
        Map<String, Integer> counts = batch.counts();
        Set<TargetModule> modules = baseModel.rowModules(store, inputs);
        List<Placements.Rows> rows = new ArrayList<>();
        for (Adapter adapter : adapters) {
            rows.add(
                    new Placements.Rows(
                            counts.get(adapter.name()),
                            registry.weights().rowTransforms(adapter, modules, store, scope)));
        }
        baseModel.assign(Placements.of(rows));
        NDList sorted = batch.sorted(inputs, manager);
        boolean pooled = Features.needPooler(baseModel, adapters);
        NDList outputs = baseModel.forward(store, sorted, true, pooled);
        Map<String, NDList> inputsOf = MixedBatch.split(counts, sorted, manager);
        Map<String, NDList> outputsOf = MixedBatch.split(counts, outputs, manager);
        Map<String, NDList> labelsOf =
                MixedBatch.split(counts, batch.sorted(labels, manager), manager);
        Map<String, TrainedRows> trained = new LinkedHashMap<>();
        for (Adapter adapter : adapters) {
            String name = adapter.name();
            NDList own = inputsOf.get(name);
            NDList headed = head(List.of(adapter), store, own, outputsOf.get(name), true);
            trained.put(
                    name, new TrainedRows(adapter, toFloat32(headed, scope), labelsOf.get(name)));
        }
        return trained;
    }

    @Override
    public GradientCollector newCollector() {
        return CollectorLock.PROCESS.open(
                () -> baseModel.manager().getEngine().newGradientCollector());
    }

    @Override
    public void beginTraining(NDManager trainer) {
        registry.beginTraining(trainer);
    }

    @Override
    public void endTraining(NDManager trainer) {
        registry.endTraining(trainer);
    }

    /** Runs a pass with what is placed, and the head of the adapters. */
    private NDList inferPlaced(
            BaseModel placed, List<Adapter> adapters, ParameterStore store, NDList inputs) {
        try (NDManager scope = store.getManager().newSubManager()) {
            boolean pooled = Features.needPooler(placed, adapters);
            NDList outputs = placed.forward(store, inputs, false, pooled);
            return finish(adapters, store, inputs, outputs, scope);
        }
    }

    /** Applies the head of the adapters to what a pass gave. */
    private NDList finish(
            List<Adapter> adapters,
            ParameterStore store,
            NDList inputs,
            NDList outputs,
            NDManager scope) {
        ParameterStore parameters = registry.store(store.getManager());
        return toFloat32(head(adapters, parameters, inputs, outputs, false), scope);
    }

    /** Applies the head of the adapter that has one. */
    private NDList head(
            List<Adapter> adapters,
            ParameterStore store,
            NDList inputs,
            NDList outputs,
            boolean training) {
        Head head = null;
        for (Adapter adapter : adapters) {
            head = adapter.usedHead() == null ? head : adapter.usedHead();
        }
        if (head == null) {
            return Features.own(baseModel, outputs);
        }
        NDList features = new NDList(Features.of(outputs, head.config().pooling()));
        int mask = baseModel.inputNames().indexOf("attention_mask");
        if (mask >= 0 && mask < inputs.size()) {
            features.add(inputs.get(mask));
        }
        return head.forward(store, features, training);
    }

    @Override
    public BaseModel baseModel() {
        return baseModel;
    }

    @Override
    public boolean givesPooled() {
        return Features.arePooled(baseModel);
    }

    @Override
    public void requireNew(String name) {
        registry.requireNew(name);
    }

    @Override
    public Adapter add(
            String name,
            AdapterConfig config,
            HeadConfig head,
            Function<List<WeightSpec>, List<WeightAdapter>> factory,
            Consumer<Adapter> values) {
        return registry.add(name, config, head, factory, values);
    }

    @Override
    public Adapter replace(
            String name,
            AdapterConfig config,
            HeadConfig head,
            Function<List<WeightSpec>, List<WeightAdapter>> factory,
            Consumer<Adapter> values) {
        return registry.replace(name, config, head, factory, values);
    }

    @Override
    public void leaveHeadOut(String name) {
        registry.adapter(name).setHeadless();
    }

    @Override
    public void swap(
            String name,
            AdapterConfig config,
            Function<List<WeightSpec>, List<WeightAdapter>> factory,
            Consumer<Adapter> values) {
        registry.swap(name, config, factory, values);
    }

    @Override
    public KeptAdapter keep(String name) {
        return registry.keep(name);
    }

    @Override
    public KeptAdapter keepLatest(Adapter adapter) {
        return registry.keepLatest(adapter);
    }

    @Override
    public Adapter latest(Adapter adapter) {
        return adapter.latest();
    }

    @Override
    public void copyRest(Adapter from, Adapter to) {
        to.copyRestFrom(from);
    }

    @Override
    public Map<String, NDArray> mergedWeights(
            NDManager manager, List<String> names, Consumer<List<Adapter>> reader) {
        return registry.mergedWeights(names, manager, reader);
    }

    @Override
    public NDList predict(NDList inputs, Consumer<List<Adapter>> check) {
        return infer(new ParameterStore(inputs.get(0).getManager(), false), inputs, check);
    }

    @Override
    public NDList predictAlone(NDList inputs, Optional<Adapter> adapter, Runnable check) {
        ParameterStore store = new ParameterStore(inputs.get(0).getManager(), false);
        return registry.inferAlone(
                adapter, check, (placed, shown) -> inferPlaced(placed, shown, store, inputs));
    }

    @Override
    public <T> T infer(Consumer<List<Adapter>> check, Function<Object, T> pass) {
        return registry.infer(
                check,
                shown -> {
                    requireNoHead(shown);
                    return pass.apply(registry.shown());
                });
    }

    @Override
    public <T> T inferAlone(Optional<Adapter> adapter, Function<Object, T> pass) {
        return registry.callAlone(
                adapter,
                placed -> {
                    requireNoHead(placed);
                    return pass.apply(registry.shown());
                });
    }

    private static void requireNoHead(List<Adapter> shown) {
        for (Adapter adapter : shown) {
            if (adapter.head() != null) {
                throw new IllegalStateException(
                        ("Adapter '%s' has a head, so that the model gives no logits for the next"
                                        + " token; activate an adapter of a language model")
                                .formatted(adapter.name()));
            }
        }
    }

    @Override
    public float[] baseSample(Function<Map<String, NDArray>, float[]> taking) {
        return registry.baseSample(taking);
    }

    @Override
    public <T> T read(Supplier<T> read) {
        return registry.read(read);
    }

    /** The Blocks of the active adapters. */
    @Override
    public BlockList getChildren() {
        BlockList children = new BlockList();
        for (Adapter adapter : registry.activeAdapters()) {
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
     * What the Blocks of an active adapter share, and the base model's parameters that the active
     * adapters train in full.
     */
    @Override
    public ParameterList getDirectParameters() {
        ParameterList parameters = new ParameterList();
        for (Adapter adapter : registry.activeAdapters()) {
            adapter.sharedParameters()
                    .forEach((name, value) -> parameters.add(adapter.name() + "." + name, value));
            adapter.savedModules()
                    .forEach((name, value) -> parameters.add(adapter.name() + "." + name, value));
        }
        return parameters;
    }

    /** Saves the parameters of the active adapters, those of one step. */
    @Override
    public void saveParameters(DataOutputStream out) throws IOException {
        registry.save(() -> super.saveParameters(out));
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
        registry.load(
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
}
