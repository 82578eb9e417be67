/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.djladapters.adapter.TargetModule;
import org.djladapters.archive.ClassText;
import org.djladapters.archive.MethodText;
import org.djladapters.archive.TorchArchive;
import org.djladapters.archive.Variable;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.OpenOptions;
import org.djladapters.hub.program.ModelProgram;
import org.djladapters.io.MalformedFileException;
import org.djladapters.io.TemporaryFolder;
import org.djladapters.kernel.LargeStack;
import org.djladapters.kernel.NativeCall;
import org.djladapters.kernel.PlainExecution;
import org.djladapters.kernel.PyTorch;
import org.djladapters.matmul.Matmul;
import org.djladapters.rotation.CustomBackward;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.TransformKernel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A TorchScript model with sockets in its program as a base model. */
public final class TorchScriptBaseModel implements BaseModel {

    private static final Logger logger = LoggerFactory.getLogger(TorchScriptBaseModel.class);

    private static final String FORWARD = "forward";

    /** The pass of a program that also gives what the pooler makes of the results. */
    private static final String FORWARD_POOLED = "forward_pooled";

    private static final String FILE = "model.pt";

    /** What the engine says of a change of a tensor where a recording begins anew. */
    private static final String IN_PLACE = "is being used in an in-place operation";

    /** What {@code recording.py} says of a layer that can't run again. */
    private static final String CHANGED = "the model changes in place";

    /** The number of a recording of nothing. */
    private static final long NOTHING = -1;

    /** Where a header of results has the number of their socket. */
    private static final int HEADER_SOCKET = 0;

    /** Where a header of results has how many there are. */
    private static final int HEADER_COUNT = 1;

    private final Path file;
    private final Source source;
    private final Model model;
    private final Block block;
    private final NDManager manager;
    private final List<String> inputNames;
    private final List<String> optionalInputs;
    private final List<String> outputNames;
    private final Set<String> methods;
    private final List<TargetModule> targetModules;
    private final List<String> modules;
    private final Map<String, List<String>> ties;
    private final Map<String, NDArray> base;
    private final List<TargetModule> sockets;
    private final NDArray none;
    private final long size;

    private boolean dropout;

    /** Whether recorded passes keep only what goes into layers, which run again. */
    private boolean checkpoints;

    /** What is placed in passes with layers that run again, by their numbers. */
    private final Map<Long, Placements> replayed = new ConcurrentHashMap<>();

    /** The type that a checkpoint computes in, which its inputs get; null for an export. */
    private DataType type;

    /** How the products of linear layers are computed. */
    private Matmul matmul = Matmul.MKL;

    /** What trials of rows have found, for all replicas, by the dimensions of the inputs. */
    private final Map<List<Integer>, Set<TargetModule>> rowModules;

    private Placements placed = Placements.NONE;

    /** Whether an assignment has failed on its way, so that anything may stand in the model. */
    private boolean halfPlaced;

    private volatile boolean prepared;

    /** The methods that the engine has compiled. */
    private final Set<String> called = ConcurrentHashMap.newKeySet();

    /** Writes the archive with sockets, again for every replica. */
    @FunctionalInterface
    private interface Source {
        void write(Path file) throws IOException;
    }

    private TorchScriptBaseModel(
            Path file, Source source, Model model, ClassText type, SocketSurgery surgery)
            throws MalformedFileException {
        this.file = file;
        this.source = source;
        this.model = model;
        base = new LinkedHashMap<>();
        rowModules = new ConcurrentHashMap<>();
        MethodText forward = type.method(FORWARD).orElseThrow();
        methods = type.methods().stream().map(MethodText::name).collect(Collectors.toSet());
        inputNames = forward.arguments().stream().map(Variable::name).toList();
        optionalInputs =
                forward.arguments().stream()
                        .filter(argument -> argument.type().startsWith("Optional["))
                        .map(Variable::name)
                        .toList();
        outputNames = forward.outputNames();
        block = model.getBlock();
        block.freezeParameters(true);
        manager = model.getNDManager();
        targetModules = List.copyOf(surgery.targetModules());
        modules = List.copyOf(surgery.modules());
        ties = surgery.ties();
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        block.getParameters().forEach(p -> parameters.put(p.getKey(), p.getValue()));
        for (SocketSurgery.Slot slot : surgery.slots()) {
            Parameter parameter = parameters.get(slot.engineName());
            if (parameter == null) {
                throw new MalformedFileException(
                        file,
                        "the engine knows no parameter "
                                + quote(slot.engineName())
                                + ", which the file describes; export the model again");
            }
            base.put(slot.name(), parameter.getArray());
        }
        // tied weights are one tensor of the archive
        size =
                surgery.slots().stream()
                        .map(slot -> slot.node().tensor(slot.attribute()).orElseThrow().tensor())
                        .distinct()
                        .mapToLong(tensor -> tensor.shape().size())
                        .sum();
        sockets = targetModules.stream().filter(TargetModule::socket).toList();
        none = manager.create(new Shape(0));
        setMode(false);
    }

    /** Makes a replica of an original, whose weights take the place of those that were loaded. */
    private TorchScriptBaseModel(TorchScriptBaseModel original, Model model) {
        file = original.file;
        source = original.source;
        this.model = model;
        block = model.getBlock();
        manager = model.getNDManager();
        inputNames = original.inputNames;
        optionalInputs = original.optionalInputs;
        outputNames = original.outputNames;
        methods = original.methods;
        targetModules = original.targetModules;
        modules = original.modules;
        ties = original.ties;
        sockets = original.sockets;
        size = original.size;
        dropout = original.dropout;
        checkpoints = original.checkpoints;
        type = original.type;
        base = original.base;
        rowModules = original.rowModules;
        none = manager.create(new Shape(0));
        setMode(false);
        run(SocketSurgery.ASSIGN, List.copyOf(base.values()));
        choose(original.matmul);
    }

    /**
     * Loads a model with sockets.
     *
     * @param directory the model
     * @param options where it runs and what its program may do
     */
    public static TorchScriptBaseModel load(ModelDirectory directory, OpenOptions options)
            throws IOException {
        try (ModelProgram program = directory.program(options)) {
            TorchArchive archive = program.archive();
            Path file = directory.archive().orElse(directory.path());
            if (!options.allowsFileAccess()) {
                archive.requireNoFileAccess();
            }
            ClassText type = archive.classOf(archive.module());
            if (type.method(FORWARD).isEmpty()) {
                throw new MalformedFileException(
                        file, "the model has no method forward; export a model that can predict");
            }
            SocketSurgery surgery = new SocketSurgery(archive, options.gradientCheckpointing());
            if (options.gradientCheckpointing() && surgery.layers().isEmpty()) {
                throw new IllegalArgumentException(
                        "'%s' has no list of layers that could run one by one; leave gradient"
                                        .formatted(file)
                                + " checkpointing out");
            }
            Source source = source(program, surgery);
            Model model = load(file, source, options.device());
            try {
                TorchScriptBaseModel loaded =
                        new TorchScriptBaseModel(file, source, model, type, surgery);
                loaded.checkpoints = options.gradientCheckpointing();
                if (program.checkpoint().isPresent()) {
                    loaded.type = options.dataType();
                    loaded.dropout = options.dropout();
                    loaded.keep(
                            program.checkpoint().get().weights(loaded.manager, options.dataType()));
                }
                return loaded;
            } catch (IOException | RuntimeException e) {
                model.close();
                throw e;
            }
        }
    }

    /** The archive of a checkpoint's program is small; that of an export is written once more. */
    private static Source source(ModelProgram program, SocketSurgery surgery) throws IOException {
        if (program.checkpoint().isEmpty()) {
            return surgery.editor()::write;
        }
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path file = folder.path().resolve(FILE);
            surgery.editor().write(file);
            byte[] bytes = Files.readAllBytes(file);
            return target -> Files.write(target, bytes);
        }
    }

    /** The engine reads the file whole, so that it can be deleted at once. */
    private static Model load(Path original, Source source, Device device) throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            source.write(folder.path().resolve(FILE));
            return load(original, folder.path(), device);
        }
    }

    private static Model load(Path original, Path folder, Device device) throws IOException {
        Device chosen = device == null ? PyTorch.engine().defaultDevice() : device;
        Model model = PyTorch.newModel("model", chosen);
        try {
            // trainParam: otherwise the tensors can't take part in gradients
            Map<String, String> options = Map.of("trainParam", "true", "mapLocation", "true");
            return LargeStack.call(
                    () -> {
                        model.load(folder, "model", options);
                        return model;
                    });
        } catch (IOException e) {
            model.close();
            throw e;
        } catch (Exception e) {
            model.close();
            throw new MalformedFileException(
                    original,
                    "the engine can't load this model ("
                            + firstLine(e)
                            + "); export it again with a PyTorch version of at most 2.7",
                    e);
        }
    }

    private static String firstLine(Exception e) {
        String message = String.valueOf(e.getMessage()).strip();
        return MalformedFileException.printable(
                message.lines().findFirst().orElse("no reason given"));
    }

    @Override
    public NDManager manager() {
        return manager;
    }

    @Override
    public List<String> inputNames() {
        return inputNames;
    }

    @Override
    public List<String> optionalInputs() {
        return optionalInputs;
    }

    @Override
    public List<String> outputNames() {
        return outputNames;
    }

    @Override
    public Optional<String> pooler() {
        return hasMethod(FORWARD_POOLED)
                ? modules.stream().filter(path -> path.matches("(model\\.)?pooler")).findFirst()
                : Optional.empty();
    }

    @Override
    public List<TargetModule> targetModules() {
        return targetModules;
    }

    @Override
    public List<String> modules() {
        return modules;
    }

    @Override
    public Map<String, NDArray> parameters() {
        return Collections.unmodifiableMap(base);
    }

    @Override
    public List<String> tied(String parameter) {
        return ties.getOrDefault(parameter, List.of());
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void keep(Map<String, NDArray> weights) {
        assign(new Placements(weights, Map.of(), Map.of()));
        weights.forEach(
                (name, array) -> {
                    array.attach(manager);
                    base.put(name, array).close();
                });
        placed = Placements.NONE;
    }

    @Override
    public void assign(Placements placements) {
        boolean again = halfPlaced;
        halfPlaced = true;
        if (again || !placements.weights().isEmpty() || !placed.weights().isEmpty()) {
            List<NDArray> values = new ArrayList<>(base.size());
            base.forEach(
                    (name, array) -> values.add(placements.weights().getOrDefault(name, array)));
            run(SocketSurgery.ASSIGN, values);
        }
        if (!placements.customBackwards().isEmpty()) {
            List<NDArray> values = new ArrayList<>();
            for (TargetModule targetModule : sockets) {
                values.addAll(slots(placements, targetModule));
            }
            try (NDManager scope = manager.newSubManager()) {
                values.add(codes(placements, scope));
                run(SocketSurgery.FILL, values);
            }
        } else if (placements.fillsSockets()) {
            try (NDManager scope = manager.newSubManager()) {
                run(SocketSurgery.FILL_ROWS, rowValues(placements.groups(), scope));
            }
        } else if (again || placed.fillsSockets()) {
            run(SocketSurgery.EMPTY, List.of(none));
        }
        placed = placements;
        halfPlaced = false;
    }

    private List<NDArray> slots(Placements placements, TargetModule targetModule) {
        CustomBackward.Layer custom = placements.customBackwards().get(targetModule);
        List<NDArray> slots = new ArrayList<>(SocketSurgery.SLOTS);
        if (custom == null) {
            slots.addAll(
                    placements
                            .transforms()
                            .getOrDefault(targetModule, WeightTransform.IDENTITY)
                            .parts(none));
            slots.addAll(Collections.nCopies(CustomBackward.Task.ARRAYS, none));
        } else {
            slots.addAll(custom.rest().parts(none));
            slots.addAll(custom.task().arrays(none));
        }
        return slots;
    }

    /** Returns the number of every socket and the code of its task, one row a socket. */
    private NDArray codes(Placements placements, NDManager scope) {
        List<List<Integer>> rows = new ArrayList<>();
        for (TargetModule targetModule : sockets) {
            CustomBackward.Layer custom = placements.customBackwards().get(targetModule);
            rows.add(custom == null ? List.of() : custom.task().code());
        }
        int width = 1 + rows.stream().mapToInt(List::size).max().orElse(0);
        long[] codes = new long[rows.size() * width];
        for (int i = 0; i < rows.size(); i++) {
            codes[i * width] = i;
            for (int j = 0; j < rows.get(i).size(); j++) {
                codes[i * width + j + 1] = rows.get(i).get(j);
            }
        }
        // read on the CPU
        return scope.create(codes, new Shape(rows.size(), width)).toDevice(Device.cpu(), false);
    }

    /** Returns the parts that are there, and codes that say which these are, for FILL_ROWS. */
    private List<NDArray> rowValues(List<Placements.Rows> rows, NDManager scope) {
        List<NDArray> values = new ArrayList<>(List.of(none));
        List<Long> codes = new ArrayList<>();
        codes.add((long) rows.size());
        rows.forEach(group -> codes.add((long) group.count()));
        for (TargetModule targetModule : sockets) {
            for (Placements.Rows group : rows) {
                WeightTransform transform = group.transforms().get(targetModule);
                codes.add(transform == null ? 0 : addParts(transform, values));
            }
        }
        long[] numbers = codes.stream().mapToLong(Long::longValue).toArray();
        // read on the CPU
        values.add(scope.create(numbers).toDevice(Device.cpu(), false));
        return values;
    }

    /** Adds the parts that a transform has, and returns which these are, a bit for each. */
    private long addParts(WeightTransform transform, List<NDArray> values) {
        List<NDArray> parts = transform.parts(none);
        long bits = 0;
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i) != none) {
                values.add(parts.get(i));
                bits |= 1L << i;
            }
        }
        return bits;
    }

    @Override
    public Set<TargetModule> rowModules(ParameterStore store, NDList inputs) {
        if (!RowTrial.haveRows(inputs)) {
            return Set.of();
        }
        List<Integer> form = inputs.stream().map(x -> x.getShape().dimension()).toList();
        Set<TargetModule> known = rowModules.get(form);
        if (known == null && RowTrial.canTry(inputs)) {
            prepare(store, inputs);
            Optional<Set<TargetModule>> found = new RowTrial(inputNames, sockets).run(inputs, this);
            found.ifPresent(modules -> rowModules.put(form, modules));
            known = found.orElse(null);
        }
        return known == null ? Set.of() : known;
    }

    /**
     * Runs a batch of which every linear layer notes what goes into it.
     *
     * @param rows the number of rows
     * @param equal whether all rows are equal
     * @return the outputs, and three numbers for every socket, see {@code note_rows}
     */
    NDList tryRows(NDList inputs, int rows, boolean equal, NDManager scope) {
        NDArray count = scope.create((long) rows).toDevice(Device.cpu(), false);
        NDArray same = scope.create(equal).toDevice(Device.cpu(), false);
        NDArray seen = scope.zeros(new Shape(sockets.size(), 3), DataType.INT64);
        NDArray found = seen.toDevice(Device.cpu(), false);
        try {
            run(SocketSurgery.TRY_ROWS, List.of(count, same, found));
            NDList results = run(new ParameterStore(scope, false), inputs, pooler().isPresent());
            results.attach(scope);
            results.add(found);
            return results;
        } finally {
            run(SocketSurgery.EMPTY, List.of(none));
        }
    }

    @Override
    public Optional<BaseModel> replica() {
        try {
            Model copy = load(file, source, manager.getDevice());
            try {
                return Optional.of(new TorchScriptBaseModel(this, copy));
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
    public void choose(Matmul matmul) {
        this.matmul = matmul;
        try (NDManager scope = manager.newSubManager()) {
            NDArray way = scope.create(matmul.way()).toDevice(Device.cpu(), false);
            run(SocketSurgery.CHOOSE, List.of(way));
        }
    }

    @Override
    public boolean isReady() {
        return prepared;
    }

    @Override
    public boolean records() {
        return true;
    }

    @Override
    public Optional<NDList> record(ParameterStore store, NDList inputs, long pass, boolean pooled) {
        prepare(store, inputs);
        NDManager owner = inputs.get(0).getManager();
        try (NDManager scope = manager.newSubManager()) {
            NDArray number = number(pass, scope);
            NDArray segments = scope.create(checkpoints).toDevice(Device.cpu(), false);
            run(SocketSurgery.OPEN, List.of(number, segments));
            if (checkpoints) {
                replayed.put(pass, placed);
            }
            beginRecording(number);
            NDList outputs = new NDList();
            NDList finished;
            try {
                outputs.addAll(forward(store, inputs, true, pooled));
            } catch (EngineException e) {
                if (!String.valueOf(e.getMessage()).contains(IN_PLACE)) {
                    throw e;
                }
                return Optional.empty();
            } finally {
                List<NDArray> values = new ArrayList<>(List.of(number));
                values.addAll(outputs);
                finished = new NativeCall(block, SocketSurgery.FINISH, scope).tensors(values).run();
                outputs.forEach(NDArray::close);
            }
            if (!finished.get(0).getBoolean()) {
                return Optional.empty();
            }
            NDList results = new NDList(finished.subList(1, finished.size()));
            for (int i = 0; i < results.size(); i++) {
                results.get(i).setName(outputs.get(i).getName());
            }
            results.attach(owner);
            return Optional.of(results);
        }
    }

    private void beginRecording(NDArray number) {
        run(SocketSurgery.RECORD, List.of(number));
        if (!placed.weights().isEmpty()) {
            run(SocketSurgery.RECORD_PARAMETERS, List.of(number));
        }
    }

    @Override
    public boolean checkpoints() {
        return checkpoints;
    }

    @Override
    public Optional<Map<TargetModule, List<NDList>>> backward(long pass, NDManager owner) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray number = number(pass, scope);
            NDList found = checkpoints ? replay(pass, number, owner) : backward(number, owner);
            if (!found.get(0).getBoolean()) {
                return Optional.empty();
            }
            Map<TargetModule, List<NDList>> results = new LinkedHashMap<>();
            int at = 1; // after whether a gradient was there
            while (at < found.size()) {
                long[] header = found.get(at).toLongArray();
                int socket = (int) header[HEADER_SOCKET];
                int end = at + 1 + (int) header[HEADER_COUNT];
                results.computeIfAbsent(sockets.get(socket), module -> new ArrayList<>())
                        .add(new NDList(found.subList(at + 1, end)));
                at = end;
            }
            return Optional.of(results);
        }
    }

    private NDList backward(NDArray number, NDManager owner) {
        return new NativeCall(block, SocketSurgery.BACKWARD, owner)
                .tensors(List.of(number))
                .unshared()
                .run();
    }

    /** Goes back through layers that run again, with what was placed when they ran first. */
    private NDList replay(long pass, NDArray number, NDManager owner) {
        assign(replayed.get(pass));
        beginRecording(number);
        try {
            return call(SocketSurgery.REPLAY, owner, List.of(), List.of(number));
        } catch (EngineException e) {
            if (String.valueOf(e.getMessage()).contains(CHANGED)) {
                throw new IllegalStateException(
                        "The model changes in place what gradient checkpointing computes again;"
                                + " open it without gradient checkpointing",
                        e);
            }
            throw e;
        } finally {
            run(SocketSurgery.FINISH, List.of(number));
            assign(Placements.NONE);
        }
    }

    @Override
    public void forget(long pass) {
        replayed.remove(pass);
        try (NDManager scope = manager.newSubManager()) {
            run(SocketSurgery.FORGET, List.of(number(pass, scope)));
        }
    }

    private void setMode(boolean training) {
        try (NDManager scope = manager.newSubManager()) {
            run(SocketSurgery.SET_MODE, List.of(scope.create(training)));
        }
    }

    private static NDArray number(long pass, NDManager scope) {
        return scope.create(pass).toDevice(Device.cpu(), false);
    }

    private void run(String method, List<NDArray> values) {
        try (NDManager scope = manager.newSubManager()) {
            new NativeCall(block, method, scope).tensors(values).run();
        }
    }

    /**
     * The base model runs in evaluation mode: the engine would switch all modules between modes if
     * it were told which kind of pass this is, and in training mode a base model with batch
     * normalization would change. Only where dropout was asked for, which no module with statistics
     * of its own has then, training passes are in training mode. Where nothing that is placed needs
     * gradients none are recorded.
     */
    @Override
    public NDList forward(ParameterStore store, NDList inputs, boolean training, boolean pooled) {
        prepare(store, inputs);
        if (!dropout || !training) {
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
     * Has the engine compile the program, which goes as deep as the program's calls: in a thread
     * with room for that, and with a single row, since the allocator keeps what a thread has used.
     * Nothing is placed then, so that no random numbers are drawn, which a resumed run would lack.
     */
    private void prepare(ParameterStore store, NDList inputs) {
        if (prepared) {
            return;
        }
        Placements next = placed;
        assign(Placements.NONE);
        try (NDManager scope = manager.newSubManager()) {
            runDeep(store, firstRow(inputs, scope));
        } catch (EngineException e) {
            // not every program takes a single row; what the inputs say is said by a whole pass
            runDeep(store, inputs);
        } finally {
            assign(next);
        }
        if (checkpoints) {
            prepareReplay();
        }
        prepared = true;
    }

    /** Has the engine compile the method that runs layers again, with a recording of nothing. */
    private void prepareReplay() {
        try (NDManager scope = manager.newSubManager()) {
            NDArray number = number(NOTHING, scope);
            NDArray segments = scope.create(false).toDevice(Device.cpu(), false);
            run(SocketSurgery.OPEN, List.of(number, segments));
            call(SocketSurgery.REPLAY, scope, List.of(), List.of(number));
            forget(NOTHING);
        }
    }

    /** The first row of every input where all have the same number, else the inputs. */
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
        deep(() -> run(store, inputs, false)).close();
    }

    private static NDList deep(Supplier<NDList> pass) {
        try {
            return LargeStack.call(pass::get);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e); // a pass throws nothing else
        }
    }

    @Override
    public boolean hasMethod(String name) {
        return methods.contains(name);
    }

    @Override
    public NDList call(String method, NDManager owner, List<NDArray> tensors, List<NDArray> list) {
        NativeCall call = new NativeCall(block, method, owner).unshared();
        tensors.forEach(call::tensor);
        if (!list.isEmpty()) {
            call.tensors(list);
        }
        // compiling goes as deep as the program's calls
        if (called.contains(method)) {
            return call.run();
        }
        NDList results = deep(call::run);
        called.add(method);
        return results;
    }

    private NDList run(ParameterStore store, NDList inputs, boolean pooled) {
        List<NDArray> casts = new ArrayList<>();
        NDList typed = new NDList();
        if (pooled) {
            // only names the method
            NDArray name = inputs.get(0).getManager().create(new Shape(0));
            name.setName(NativeCall.METHOD + FORWARD_POOLED);
            casts.add(name);
            typed.add(name);
        }
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
        Supplier<NDList> pass = () -> PlainExecution.run(() -> block.forward(store, typed, true));
        try {
            if (!pooled || called.contains(FORWARD_POOLED)) {
                return pass.get();
            }
            NDList results = deep(pass);
            called.add(FORWARD_POOLED);
            return results;
        } finally {
            casts.forEach(NDArray::close);
        }
    }

    /** A program multiplies values by its weights, in their type; integers it only looks up. */
    private boolean needsCast(NDArray input) {
        DataType given = input.getDataType();
        return type != null && given != type && given.isFloating();
    }

    @Override
    public void close() {
        model.close();
    }
}
