/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.program;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.djladapters.archive.ScriptArchive;
import org.djladapters.hub.architecture.Architectures;
import org.djladapters.hub.architecture.ConfigReader;
import org.djladapters.hub.architecture.ProgramSpec;
import org.djladapters.io.MalformedFileException;

/**
 * The program of a checkpoint, and which tensor of the checkpoint each of its parameters is.
 *
 * <p>Parameters are named as in the archive without {@code model.}, the name of the wrapper: as
 * transformers names them in a model of the class that {@code architectures} says.
 */
public final class CheckpointProgram {

    private static final String WRAPPER = FilledProgram.WRAPPER;

    private final Checkpoint checkpoint;
    private final FilledProgram program;
    private final ProgramSpec spec;

    /** Names in the checkpoint by those of parameters. */
    private final Map<String, String> names = new LinkedHashMap<>();

    CheckpointProgram(Checkpoint checkpoint, boolean dropout) throws IOException {
        this.checkpoint = checkpoint;
        requireFewLayers(checkpoint.config(), checkpoint.tensors().size());
        program = FilledProgram.of(checkpoint.config(), dropout, checkpoint.tensors().keySet());
        spec = program.spec();
        for (Map.Entry<String, Shape> tensor : program.shapes().entrySet()) {
            names.put(tensor.getKey(), found(tensor.getKey(), tensor.getValue()));
        }
        requireNothingElse();
    }

    /**
     * Returns the shapes of the tensors that a checkpoint of a model must have, by name and in the
     * order of the model; a tensor that is another one, such as the tied weight of a head, is left
     * out.
     */
    public static Map<String, Shape> shapes(ConfigReader config) throws IOException {
        return FilledProgram.of(config, false, Set.of()).ownShapes();
    }

    /** A program has lines for each layer: more than a file can hold would fill the memory. */
    private static void requireFewLayers(ConfigReader config, int tensors) throws IOException {
        for (String key : Architectures.of(config).layerFields()) {
            int dot = key.indexOf('.');
            ConfigReader part = dot < 0 ? config : config.part(key.substring(0, dot));
            String field = key.substring(dot + 1);
            if (part.integer(field, 0) > tensors) {
                throw part.wrong(
                        field, "a number of layers that %d tensors can be of".formatted(tensors));
            }
        }
    }

    /** Finds the tensor of a parameter and checks its shape. */
    private String found(String parameter, Shape shape) throws IOException {
        String name = spec.tied().getOrDefault(parameter, parameter);
        Optional<String> found =
                spellings(name).stream().filter(checkpoint.tensors()::containsKey).findFirst();
        if (found.isEmpty()) {
            throw new MalformedFileException(
                    checkpoint.file(),
                    ("holds no tensor %s, which config.json asks for; check that both files are of"
                                    + " the same model")
                            .formatted(quote(name)));
        }
        Shape stored = checkpoint.shape(found.get());
        if (!stored.equals(shape)) {
            throw new MalformedFileException(
                    checkpoint.file(found.get()),
                    ("tensor %s has the shape %s where config.json asks for %s; check that both"
                                    + " files are of the same model")
                            .formatted(quote(found.get()), stored, shape));
        }
        return found.get();
    }

    /** The names under which checkpoints have a tensor: with and without the base, old ones. */
    private List<String> spellings(String name) {
        List<String> spellings = new ArrayList<>();
        String base = spec.base() + '.';
        for (String spelling :
                List.of(
                        name,
                        base + name,
                        name.startsWith(base) ? name.substring(base.length()) : name)) {
            spellings.add(spelling);
            spellings.add(
                    spelling.replaceFirst("LayerNorm\\.weight$", "LayerNorm.gamma")
                            .replaceFirst("LayerNorm\\.bias$", "LayerNorm.beta"));
        }
        return spellings;
    }

    /**
     * Refuses tensors within the modules of the program that it does not compute with: the
     * configuration means another model then.
     */
    private void requireNothingElse() throws IOException {
        Set<String> used = new HashSet<>(names.values());
        Set<String> modules = new HashSet<>();
        names.keySet().forEach(name -> modules.add(first(withoutBase(name))));
        for (String tensor : checkpoint.tensors().keySet()) {
            String name = withoutBase(tensor);
            if (!used.contains(tensor)
                    && modules.contains(first(name))
                    && !spec.unused().matcher(name).matches()) {
                throw new MalformedFileException(
                        checkpoint.file(tensor),
                        ("holds the tensor %s, which the program for config.json has no place for;"
                                        + " export the model to TorchScript with djl_converter")
                                .formatted(quote(tensor)));
            }
        }
    }

    private String withoutBase(String name) {
        String base = spec.base() + '.';
        return name.startsWith(base) ? name.substring(base.length()) : name;
    }

    private static String first(String name) {
        return name.split("\\.", 2)[0];
    }

    /**
     * Writes the program with tensors of the right shapes but without weights, which come in a
     * type.
     */
    public void writeWithoutWeights(Path file, DataType type) throws IOException {
        ScriptArchive.Builder archive = archive();
        program.ownShapes()
                .forEach((name, shape) -> archive.optPlaceholder(WRAPPER + name, type, shape));
        ties(archive);
        archive.write(file);
    }

    /** Writes the program with its weights in float32. */
    public void write(Path file) throws IOException {
        ScriptArchive.Builder archive = archive();
        program.ownShapes()
                .forEach(
                        (name, shape) ->
                                archive.optTensor(
                                        WRAPPER + name,
                                        DataType.FLOAT32,
                                        shape,
                                        checkpoint.data(names.get(name))));
        ties(archive);
        archive.write(file);
    }

    private ScriptArchive.Builder archive() {
        ScriptArchive.Builder archive = ScriptArchive.builder(FilledProgram.ROOT, program.source());
        program.shared()
                .forEach((name, text) -> archive.optCode("code/__torch__/" + name + ".py", text));
        return archive;
    }

    private void ties(ScriptArchive.Builder archive) {
        spec.tied().forEach((name, other) -> archive.optTied(WRAPPER + name, WRAPPER + other));
    }

    /** Returns the checkpoint that this is the program of. */
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    /**
     * Returns the names of tensors in the checkpoint by those of parameters. Tied parameters have
     * the same one.
     */
    public Map<String, String> storedNames() {
        return Collections.unmodifiableMap(names);
    }

    /** Tells whether a parameter is another one, under whose name the checkpoint has it. */
    public boolean isTied(String parameter) {
        return spec.tied().containsKey(parameter);
    }

    /** Returns the name of the module that a model with a head has its features from. */
    public String base() {
        return spec.base();
    }

    /** Reads the weights in a type, by the names of parameters; tied parameters share memory. */
    public Map<String, NDArray> weights(NDManager manager, DataType type) throws IOException {
        Map<String, NDArray> stored =
                checkpoint.read(names.values().stream().distinct(), manager, type);
        Map<String, NDArray> weights = new LinkedHashMap<>();
        names.forEach(
                (parameter, name) -> {
                    NDArray array = stored.get(name);
                    weights.put(
                            parameter,
                            spec.tied().containsKey(parameter)
                                    ? array.reshape(array.getShape())
                                    : array);
                });
        return weights;
    }
}
