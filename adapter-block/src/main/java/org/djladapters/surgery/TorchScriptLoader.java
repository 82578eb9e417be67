/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
import org.djladapters.kernel.PyTorch;

/** Loads a TorchScript model with sockets in its program, once for each replica. */
public final class TorchScriptLoader {

    private static final String FORWARD = "forward";
    private static final String FILE = "model.pt";

    private final Path original;
    private final Source source;
    private final Device device;

    /** Writes the archive with sockets. */
    @FunctionalInterface
    private interface Source {
        void write(Path file) throws IOException;
    }

    private TorchScriptLoader(Path original, Source source, Device device) {
        this.original = original;
        this.source = source;
        this.device = device;
    }

    /** Loads a model with sockets. */
    public static BaseModel load(ModelDirectory directory, OpenOptions options) throws IOException {
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
            Source first = source(program, surgery);
            TorchScriptLoader loader =
                    new TorchScriptLoader(
                            file,
                            program.isConverted() ? again(directory, options) : first,
                            options.device());
            Model model = loader.load(first);
            try {
                boolean exported = program.checkpoint().isEmpty();
                TorchScriptBaseModel loaded =
                        new TorchScriptBaseModel(
                                loader,
                                model,
                                facts(type, surgery),
                                loader.parameters(model.getBlock(), surgery),
                                methods(type),
                                new TorchScriptBaseModel.Settings(
                                        options.gradientCheckpointing(),
                                        !exported && options.dropout(),
                                        exported ? null : options.dataType()));
                if (!exported) {
                    loaded.keep(
                            program.checkpoint()
                                    .get()
                                    .weights(loaded.manager(), options.dataType()));
                }
                return loaded;
            } catch (IOException | RuntimeException e) {
                model.close();
                throw e;
            }
        }
    }

    /** Returns a source that keeps a checkpoint's small archive, and edits an export each time. */
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

    /** Returns a source that converts an export and edits the result each time. */
    private static Source again(ModelDirectory directory, OpenOptions options) {
        return target -> {
            try (ModelProgram program = directory.program(options)) {
                new SocketSurgery(program.archive(), options.gradientCheckpointing())
                        .editor()
                        .write(target);
            }
        };
    }

    /** Loads the program once more, for a replica. */
    Model load() throws IOException {
        return load(source);
    }

    /** Loads the program; the engine reads the file whole, so that it can be deleted at once. */
    private Model load(Source from) throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            from.write(folder.path().resolve(FILE));
            return load(folder.path());
        }
    }

    private Model load(Path folder) throws IOException {
        Model model = PyTorch.newModel("model", device);
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

    private static ModelFacts facts(ClassText type, SocketSurgery surgery) {
        MethodText forward = type.method(FORWARD).orElseThrow();
        Optional<String> pooler =
                methods(type).contains(ProgramMethods.FORWARD_POOLED)
                        ? surgery.modules().stream()
                                .filter(path -> path.matches("(model\\.)?pooler"))
                                .findFirst()
                        : Optional.empty();
        return new ModelFacts(
                names(forward.arguments()),
                names(
                        forward.arguments().stream()
                                .filter(argument -> argument.type().startsWith("Optional["))
                                .toList()),
                forward.outputNames(),
                pooler,
                surgery.targetModules(),
                surgery.modules(),
                surgery.ties(),
                size(surgery));
    }

    private static List<String> names(List<Variable> arguments) {
        return arguments.stream().map(Variable::name).toList();
    }

    private static Set<String> methods(ClassText type) {
        return type.methods().stream().map(MethodText::name).collect(Collectors.toSet());
    }

    /** Counts the parameters; tied weights are one tensor of the archive. */
    private static long size(SocketSurgery surgery) {
        return surgery.slots().stream()
                .map(slot -> slot.node().tensor(slot.attribute()).orElseThrow().tensor())
                .distinct()
                .mapToLong(tensor -> tensor.shape().size())
                .sum();
    }

    /** Returns the parameters in the order of the program's slots, frozen. */
    private Map<String, NDArray> parameters(Block block, SocketSurgery surgery)
            throws MalformedFileException {
        block.freezeParameters(true);
        Map<String, Parameter> known = new LinkedHashMap<>();
        block.getParameters().forEach(p -> known.put(p.getKey(), p.getValue()));
        Map<String, NDArray> parameters = new LinkedHashMap<>();
        for (SocketSurgery.Slot slot : surgery.slots()) {
            Parameter parameter = known.get(slot.engineName());
            if (parameter == null) {
                throw new MalformedFileException(
                        original,
                        "the engine knows no parameter "
                                + quote(slot.engineName())
                                + ", which the file describes; export the model again");
            }
            parameters.put(slot.name(), parameter.getArray());
        }
        return parameters;
    }
}
