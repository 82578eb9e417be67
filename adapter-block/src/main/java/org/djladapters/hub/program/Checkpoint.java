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
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.djladapters.archive.TensorData;
import org.djladapters.hub.architecture.ConfigReader;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;
import org.djladapters.kernel.PyTorch;
import org.djladapters.matmul.Precision;
import org.djladapters.rotation.programs.TransformKernel;
import org.djladapters.safetensors.ArrayBytes;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.safetensors.StoredTensor;
import org.djladapters.safetensors.TensorEntry;

/**
 * The weights of a HuggingFace checkpoint: {@code model.safetensors}, or the files that {@code
 * model.safetensors.index.json} names. Files are open only while something is read.
 */
public final class Checkpoint {

    /** The file of a checkpoint that is not in parts. */
    public static final String FILE = "model.safetensors";

    /** The file that tells in which part each tensor is. */
    public static final String INDEX = "model.safetensors.index.json";

    /** The number of elements that are converted at once. */
    private static final int PIECE = 1 << 20;

    private final Path folder;
    private final JsonObject config;
    private final Map<String, Path> files;
    private final Map<String, TensorEntry> tensors;

    private Checkpoint(
            Path folder,
            JsonObject config,
            Map<String, Path> files,
            Map<String, TensorEntry> tensors) {
        this.folder = folder;
        this.config = config;
        this.files = files;
        this.tensors = tensors;
    }

    /** Tells whether a folder holds weights in safetensors' format. */
    public static boolean isIn(Path folder) {
        return Files.isRegularFile(folder.resolve(FILE))
                || Files.isRegularFile(folder.resolve(INDEX));
    }

    /** Reads which tensors a checkpoint has. */
    public static Checkpoint open(Path folder, JsonObject config) throws IOException {
        Map<String, Path> files = new TreeMap<>();
        Map<String, TensorEntry> tensors = new TreeMap<>();
        for (Path file : weightFiles(folder)) {
            try (SafetensorsFile opened = SafetensorsFile.open(file)) {
                for (TensorEntry tensor : opened.tensors().values()) {
                    if (tensors.put(tensor.name(), tensor) != null) {
                        throw new MalformedFileException(
                                file,
                                "holds the tensor "
                                        + quote(tensor.name())
                                        + " that another part holds too; get the model again");
                    }
                    files.put(tensor.name(), file);
                }
            }
        }
        return new Checkpoint(folder, config, files, tensors);
    }

    /** Returns the files that hold the weights, in the order of their names. */
    public static List<Path> weightFiles(Path folder) throws IOException {
        if (Files.isRegularFile(folder.resolve(FILE))) {
            return List.of(folder.resolve(FILE));
        }
        Path index = folder.resolve(INDEX);
        List<Path> files = new ArrayList<>();
        for (String name : parts(index)) {
            Path file = folder.resolve(name);
            if (!Files.isRegularFile(file)) {
                throw new MalformedFileException(
                        index,
                        "names the file "
                                + quote(name)
                                + ", which is missing; get the model again");
            }
            files.add(file);
        }
        return files;
    }

    /**
     * Returns the names of the files that an index of a checkpoint in parts lists, in their order.
     */
    public static List<String> parts(Path index) throws IOException {
        if (!(JsonFiles.read(index) instanceof JsonObject json)
                || !(json.get("weight_map") instanceof JsonObject map)) {
            throw new MalformedFileException(
                    index, "has no weight_map; get or save the model again");
        }
        List<String> names = new ArrayList<>();
        for (JsonElement value : map.asMap().values()) {
            if (!value.isJsonPrimitive()
                    || !value.getAsString().matches("[\\w.-]+\\.safetensors")) {
                throw new MalformedFileException(
                        index,
                        "names "
                                + quote(value.toString())
                                + ", which is no file beside it; get or save the model again");
            }
            names.add(value.getAsString());
        }
        return names.stream().distinct().sorted().toList();
    }

    /** Returns the configuration. */
    public ConfigReader config() {
        return new ConfigReader(folder.resolve("config.json"), config);
    }

    /** Returns the tensors by name, as the headers of the files say. */
    public Map<String, TensorEntry> tensors() {
        return tensors;
    }

    /**
     * Returns the file that tells which tensors there are: the only file of weights, or the index.
     */
    Path file() {
        Path only = folder.resolve(FILE);
        return Files.isRegularFile(only) ? only : folder.resolve(INDEX);
    }

    /** Returns the file that holds a tensor. */
    Path file(String name) {
        return files.get(name);
    }

    /** Makes the program that computes the model, without dropout. */
    public CheckpointProgram program() throws IOException {
        return program(false);
    }

    /**
     * Makes the program that computes the model, with dropout in training passes if it is wanted.
     */
    public CheckpointProgram program(boolean dropout) throws IOException {
        return new CheckpointProgram(this, dropout);
    }

    /**
     * Returns a tensor as it is stored, whether a program computes with it or not. Its bytes are
     * read when it is written.
     */
    public StoredTensor stored(String name) {
        return new StoredTensor(
                tensors.get(name).dataType(),
                shape(name),
                channel -> {
                    try (SafetensorsFile opened = SafetensorsFile.open(file(name))) {
                        opened.copy(name, channel);
                    }
                });
    }

    /**
     * Returns a tensor as {@link #stored(String)} does, with numbers of floating point in a type.
     * They are converted piece by piece.
     */
    public StoredTensor stored(String name, DataType type) {
        TensorEntry tensor = tensors.get(name);
        if (!tensor.dataType().isFloating() || tensor.dataType() == type) {
            return stored(name);
        }
        return new StoredTensor(
                type,
                shape(name),
                channel ->
                        pieces(
                                name,
                                (piece, scope) ->
                                        StoredTensor.writeFully(
                                                ArrayBytes.of(piece, type, scope), channel)));
    }

    /** Takes a piece of a tensor, which is closed with a scope. */
    @FunctionalInterface
    private interface Piece {
        void accept(NDArray piece, NDManager scope) throws IOException;
    }

    /** Reads a tensor piece by piece. */
    private void pieces(String name, Piece action) throws IOException {
        TensorEntry tensor = tensors.get(name);
        try (NDManager manager = PyTorch.newManager();
                SafetensorsFile opened = SafetensorsFile.open(file(name))) {
            for (long first = 0; first < tensor.shape().size(); first += PIECE) {
                try (NDManager scope = manager.newSubManager()) {
                    NDArray piece = opened.read(scope, name, first, piece(tensor, first));
                    action.accept(piece, scope);
                }
            }
        }
    }

    /** Reads tensors as arrays of a type, file after file. */
    Map<String, NDArray> read(Stream<String> names, NDManager manager, DataType type)
            throws IOException {
        Map<Path, List<String>> byFile = new LinkedHashMap<>();
        names.forEach(name -> byFile.computeIfAbsent(file(name), f -> new ArrayList<>()).add(name));
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        for (Map.Entry<Path, List<String>> part : byFile.entrySet()) {
            try (SafetensorsFile opened = SafetensorsFile.open(part.getKey())) {
                for (String name : part.getValue()) {
                    arrays.put(name, read(opened, name, manager, type));
                }
            }
        }
        return arrays;
    }

    /**
     * Reads a tensor into an array of a type. One that is stored in another type is converted piece
     * by piece, so that there is no second copy of it.
     */
    private NDArray read(SafetensorsFile file, String name, NDManager manager, DataType type)
            throws IOException {
        TensorEntry tensor = tensors.get(name);
        if (tensor.dataType() == type && type != DataType.BFLOAT16) {
            return file.read(manager, name);
        }
        NDArray array = TransformKernel.empty(tensor.shape(), type, manager);
        for (long first = 0; first < tensor.shape().size(); first += PIECE) {
            try (NDArray piece = file.read(manager, name, first, piece(tensor, first))) {
                if (!TransformKernel.put(array, piece, first)) {
                    throw new MalformedFileException(
                            file(name),
                            ("tensor %s has numbers that are too large for %s; open the model in"
                                            + " bfloat16 or float32")
                                    .formatted(quote(name), Precision.nameOf(type)));
                }
            }
        }
        return array;
    }

    private static int piece(TensorEntry tensor, long first) {
        return (int) Math.min(PIECE, tensor.shape().size() - first);
    }

    /** Writes the elements of a tensor as float32, piece by piece. */
    TensorData data(String name) {
        return out ->
                pieces(
                        name,
                        (piece, scope) ->
                                TensorData.of(ArrayBytes.of(piece, DataType.FLOAT32, scope))
                                        .writeTo(out));
    }

    Shape shape(String name) {
        return tensors.get(name).shape();
    }
}
