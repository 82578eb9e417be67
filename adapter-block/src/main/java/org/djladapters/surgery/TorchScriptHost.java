/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.djladapters.archive.LargeStack;
import org.djladapters.archive.MethodText;
import org.djladapters.archive.NativeCall;
import org.djladapters.archive.PlainExecution;
import org.djladapters.archive.TorchArchive;
import org.djladapters.archive.Variable;
import org.djladapters.io.MalformedFileException;
import org.djladapters.io.TemporaryFolder;
import org.djladapters.rotation.WeightTransform;

/** A TorchScript model with sockets in its program as a base. */
final class TorchScriptHost implements Host {

    private final Model model;
    private final Block block;
    private final NDManager manager;
    private final List<String> inputNames;
    private final List<String> outputNames;
    private final List<Site> sites;
    private final List<String> modules;
    private final Map<String, List<String>> ties;
    private final Map<String, NDArray> base = new LinkedHashMap<>();
    private final List<Site> sockets;
    private final NDArray none;
    private final NDArray zero;
    private final NDArray one;
    private final long size;

    private Plug plugged = Plug.NONE;
    private volatile boolean prepared;

    private TorchScriptHost(Path file, Model model, MethodText forward, SocketSurgery surgery)
            throws MalformedFileException {
        this.model = model;
        inputNames = forward.arguments().stream().map(Variable::name).toList();
        outputNames = forward.outputNames();
        block = model.getBlock();
        block.freezeParameters(true);
        manager = model.getNDManager();
        sites = List.copyOf(surgery.sites());
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
                                + ", which the file describes; export the model again.");
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
        sockets = sites.stream().filter(Site::socket).toList();
        none = manager.create(new Shape(0));
        zero = manager.create(0f).toDevice(Device.cpu(), false);
        one = manager.create(1f).toDevice(Device.cpu(), false);
        run(SocketSurgery.EVALUATE, List.of(none));
    }

    /**
     * Loads a model with sockets.
     *
     * @param file the archive
     * @param options where it runs and what its program may do
     */
    static TorchScriptHost load(Path file, OpenOptions options) throws IOException {
        TorchArchive archive = TorchArchive.open(file);
        if (!options.allowsFileAccess()) {
            archive.requireNoFileAccess();
        }
        if (archive.classOf(archive.module()).method("forward").isEmpty()) {
            throw new MalformedFileException(
                    file, "the model has no method forward; export a model that can predict.");
        }
        SocketSurgery surgery = new SocketSurgery(archive);
        Model model = load(file, surgery, options.device());
        try {
            return new TorchScriptHost(file, model, archive.forward(), surgery);
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** The engine reads the file whole, so that it can be deleted at once. */
    private static Model load(Path original, SocketSurgery surgery, Device device)
            throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            surgery.editor().write(folder.path().resolve("model.pt"));
            return load(original, folder.path(), device);
        }
    }

    private static Model load(Path original, Path folder, Device device) throws IOException {
        Device chosen = device == null ? Engine.getEngine("PyTorch").defaultDevice() : device;
        Model model = Model.newInstance("model", chosen, "PyTorch");
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
                            + "); export it again with a PyTorch version of at most 2.7.",
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
    public List<String> outputNames() {
        return outputNames;
    }

    @Override
    public List<Site> sites() {
        return sites;
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
        assign(new Plug(weights, Map.of(), Map.of()));
        weights.forEach(
                (name, array) -> {
                    array.attach(manager);
                    base.put(name, array).close();
                });
        plugged = Plug.NONE;
    }

    @Override
    public void assign(Plug plug) {
        if (!plug.weights().isEmpty() || !plugged.weights().isEmpty()) {
            List<NDArray> values = new ArrayList<>(base.size());
            base.forEach((name, array) -> values.add(plug.weights().getOrDefault(name, array)));
            run(SocketSurgery.ASSIGN, values);
        }
        if (plug.fillsSockets()) {
            List<NDArray> values = new ArrayList<>();
            for (Site site : sockets) {
                values.addAll(slots(plug, site.path()));
            }
            run(SocketSurgery.PLUG, values);
        } else if (plugged.fillsSockets()) {
            run(SocketSurgery.UNPLUG, List.of(none));
        }
        plugged = plug;
    }

    private List<NDArray> slots(Plug plug, String path) {
        Plug.Taped taped = plug.taped().get(path);
        List<NDArray> slots = new ArrayList<>(SocketSurgery.SLOTS);
        if (taped == null) {
            slots.addAll(
                    plug.transforms().getOrDefault(path, WeightTransform.IDENTITY).parts(none));
            slots.add(none);
            slots.add(none);
        } else {
            slots.addAll(taped.layer().rest().parts(none));
            slots.add(taped.layer().weight());
            slots.add(taped.keepsInputs() ? one : zero);
        }
        return slots;
    }

    @Override
    public boolean tapes() {
        return true;
    }

    @Override
    public Optional<Map<String, List<Kept>>> passages(NDManager owner) {
        NDList found =
                new NativeCall(block, SocketSurgery.PASSAGES, owner).tensors(List.of(none)).run();
        Map<String, List<Kept>> passages = new LinkedHashMap<>();
        for (int i = 0; i + 2 < found.size(); i += 3) {
            int socket = (int) found.get(i).getLong();
            if (socket < 0) {
                return Optional.empty();
            }
            passages.computeIfAbsent(sockets.get(socket).path(), path -> new ArrayList<>())
                    .add(new Kept(found.get(i + 1), found.get(i + 2)));
        }
        return Optional.of(passages);
    }

    private void run(String method, List<NDArray> values) {
        try (NDManager scope = manager.newSubManager()) {
            new NativeCall(block, method, scope).tensors(values).run();
        }
    }

    /**
     * The base runs in evaluation mode in any case: the engine would switch all modules between
     * modes if it were told which kind of pass this is, and in training mode a base with batch
     * normalization would change. Where nothing that is plugged needs gradients none are recorded.
     */
    @Override
    public NDList forward(ParameterStore store, NDList inputs, boolean training) {
        if (prepared) {
            return PlainExecution.run(() -> block.forward(store, inputs, true));
        }
        NDList outputs = firstPass(store, inputs);
        prepared = true;
        return outputs;
    }

    private NDList firstPass(ParameterStore store, NDList inputs) {
        try {
            return LargeStack.call(
                    () -> PlainExecution.run(() -> block.forward(store, inputs, true)));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e); // a pass throws nothing else
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
