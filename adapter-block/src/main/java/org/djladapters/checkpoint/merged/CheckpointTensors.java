/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.djladapters.archive.TensorRecord;
import org.djladapters.hub.program.Checkpoint;
import org.djladapters.hub.program.CheckpointProgram;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.JsonFiles;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.safetensors.StoredTensor;

/**
 * The tensors of a checkpoint that is written, by their names. Those that no adapter changed are
 * what they are in the original, bit for bit; the others get the type that they have there.
 */
final class CheckpointTensors {

    /** From how many bytes on a checkpoint is written in parts, as save_pretrained does. */
    static final long LARGEST_FILE = 5_000_000_000L;

    private static final Map<String, String> METADATA = Map.of("format", "pt");

    private static final double LARGEST_HALF = 65504;

    private final Map<String, StoredTensor> tensors = new TreeMap<>();
    private boolean untied;

    private CheckpointTensors() {}

    /**
     * Takes the parameters of an export, merged where adapters changed them, a tied one once, in a
     * type if one is given.
     */
    static CheckpointTensors ofExport(
            Map<String, NDArray> base,
            Map<String, NDArray> merged,
            Map<String, TensorRecord> records,
            Optional<DataType> type) {
        CheckpointTensors all = new CheckpointTensors();
        Map<TensorRecord, List<String>> names = new LinkedHashMap<>();
        base.keySet()
                .forEach(n -> names.computeIfAbsent(records.get(n), r -> new ArrayList<>()).add(n));
        for (List<String> twins : names.values()) {
            boolean changed = twins.stream().anyMatch(merged::containsKey);
            for (String name : changed ? twins : twins.subList(0, 1)) {
                NDArray array = merged.getOrDefault(name, base.get(name));
                all.tensors.put(name, StoredTensor.of(array, type.orElse(array.getDataType())));
            }
            all.untied |= changed && twins.size() > 1;
        }
        return all;
    }

    /**
     * Takes the tensors of a checkpoint, merged where adapters changed them, with unused ones, in a
     * type if one is given.
     */
    static CheckpointTensors ofCheckpoint(
            CheckpointProgram program, Map<String, NDArray> merged, Optional<DataType> type) {
        CheckpointTensors all = new CheckpointTensors();
        Checkpoint checkpoint = program.checkpoint();
        for (String name : checkpoint.tensors().keySet()) {
            all.tensors.put(
                    name,
                    type.map(chosen -> checkpoint.stored(name, chosen))
                            .orElseGet(() -> checkpoint.stored(name)));
        }
        Map<String, String> names = new LinkedHashMap<>(program.storedNames());
        for (Map.Entry<String, String> name : program.storedNames().entrySet()) {
            String parameter = name.getKey();
            boolean changed =
                    names.keySet().stream()
                            .filter(
                                    other ->
                                            program.storedNames()
                                                    .get(other)
                                                    .equals(name.getValue()))
                            .anyMatch(merged::containsKey);
            if (program.isTied(parameter) && changed) {
                // two tensors from now on
                all.tensors.put(parameter, all.tensors.get(name.getValue()));
                names.put(parameter, parameter);
                all.untied = true;
            }
        }
        merged.forEach((parameter, array) -> all.replace(names.get(parameter), array));
        if (all.untied) {
            all.moveInto(program.base(), checkpoint.tensors().keySet());
        }
        return all;
    }

    /** Adds a head; the model without it becomes a module of a model with it. */
    void add(CheckpointHead head, Map<String, NDArray> parameters) {
        moveInto(head.base(), List.copyOf(tensors.keySet()));
        DataType type =
                tensors.values().stream()
                        .map(StoredTensor::dataType)
                        .filter(DataType::isFloating)
                        .findFirst()
                        .orElse(DataType.FLOAT32);
        head.names(parameters.keySet())
                .forEach((key, name) -> tensors.put(name, stored(parameters.get(key), type)));
    }

    /** Puts a module's name before names, unless there are such already. */
    private void moveInto(String module, Iterable<String> names) {
        String prefix = module + '.';
        if (tensors.keySet().stream().noneMatch(name -> name.startsWith(prefix))) {
            for (String name : names) {
                tensors.put(prefix + name, tensors.remove(name));
            }
        }
    }

    private void replace(String name, NDArray array) {
        tensors.put(name, stored(array, tensors.get(name).dataType()));
    }

    private static StoredTensor stored(NDArray array, DataType type) {
        requireInRange(array, type);
        return StoredTensor.of(array, type);
    }

    private static void requireInRange(NDArray array, DataType type) {
        if (type == DataType.FLOAT16 && array.size() > 0) {
            try (NDArray largest = array.abs();
                    NDArray one = largest.max()) {
                if (one.toType(DataType.FLOAT64, false).getDouble() > LARGEST_HALF) {
                    throw new IllegalStateException(
                            "A merged weight is larger than float16 holds, in which the model is"
                                    + " stored; merge it into a TorchScript model");
                }
            }
        }
    }

    /** Tells whether there are two tensors now where the original has one. */
    boolean isUntied() {
        return untied;
    }

    /** Writes the tensors, in parts of so many bytes but for a larger tensor. */
    void write(Path folder, long largest) throws IOException {
        List<Map<String, StoredTensor>> parts = parts(largest);
        if (parts.size() == 1) {
            SafetensorsFile.writeStored(folder.resolve(Checkpoint.FILE), parts.get(0), METADATA);
            return;
        }
        JsonObject files = new JsonObject();
        for (int i = 0; i < parts.size(); i++) {
            String file = "model-%05d-of-%05d.safetensors".formatted(i + 1, parts.size());
            SafetensorsFile.writeStored(folder.resolve(file), parts.get(i), METADATA);
            parts.get(i).keySet().forEach(name -> files.addProperty(name, file));
        }
        JsonObject metadata = new JsonObject();
        metadata.addProperty(
                "total_size", tensors.values().stream().mapToLong(StoredTensor::byteLength).sum());
        JsonObject index = new JsonObject();
        index.add("metadata", metadata);
        index.add("weight_map", files);
        AtomicFiles.writeString(folder.resolve(Checkpoint.INDEX), JsonFiles.text(index));
    }

    private List<Map<String, StoredTensor>> parts(long largest) {
        List<Map<String, StoredTensor>> parts = new ArrayList<>();
        Map<String, StoredTensor> part = new LinkedHashMap<>();
        long size = 0;
        for (Map.Entry<String, StoredTensor> tensor : tensors.entrySet()) {
            long length = tensor.getValue().byteLength();
            if (!part.isEmpty() && size + length > largest) {
                parts.add(part);
                part = new LinkedHashMap<>();
                size = 0;
            }
            part.put(tensor.getKey(), tensor.getValue());
            size += length;
        }
        parts.add(part);
        return parts;
    }
}
