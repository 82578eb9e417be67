/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.outputs;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.djladapters.examples.outputs.ExampleOutputs.Kind;
import org.djladapters.io.MalformedFileException;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.safetensors.StoredTensor;
import org.djladapters.safetensors.TensorEntry;

/**
 * The file of a run's outputs: a tensor of shape (columns, examples) per split. The metadata have
 * its kind under {@code SPLIT.kind}, and for classes {@code SPLIT.classes} and {@code
 * SPLIT.positive}.
 */
final class OutputsFile {

    private static final String KIND = ".kind";
    private static final String CLASSES = ".classes";
    private static final String POSITIVE = ".positive";

    /** Float32 holds whole numbers up to here exactly. */
    private static final float LARGEST_WHOLE = 1 << 24;

    private OutputsFile() {}

    static void write(Path file, Map<String, ExampleOutputs> bySplit) throws IOException {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new TreeMap<>();
        bySplit.forEach(
                (split, outputs) -> {
                    tensors.put(split, tensor(outputs));
                    metadata.put(split + KIND, outputs.kind().word());
                    if (outputs.kind() == Kind.CLASSES) {
                        metadata.put(split + CLASSES, String.valueOf(outputs.classes()));
                        metadata.put(split + POSITIVE, String.valueOf(outputs.positive()));
                    }
                });
        SafetensorsFile.writeStored(file, tensors, metadata);
    }

    private static StoredTensor tensor(ExampleOutputs outputs) {
        float[][] columns = outputs.columns();
        DataType type = smallest(columns);
        Shape shape = new Shape(columns.length, outputs.size());
        ByteBuffer bytes = ByteBuffer.allocate((int) shape.size() * type.getNumOfBytes());
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        for (float[] column : columns) {
            for (float value : column) {
                put(bytes, type, value);
            }
        }
        return new StoredTensor(
                type, shape, channel -> StoredTensor.writeFully(bytes.flip(), channel));
    }

    private static DataType smallest(float[][] columns) {
        float largest = 0;
        for (float[] column : columns) {
            for (float value : column) {
                boolean negativeZero = value == 0 && 1 / value < 0;
                if (value != Math.rint(value) || negativeZero) {
                    return DataType.FLOAT32;
                }
                largest = Math.max(largest, Math.abs(value));
            }
        }
        if (largest > LARGEST_WHOLE) {
            return DataType.FLOAT32;
        }
        if (largest > Short.MAX_VALUE) {
            return DataType.INT32;
        }
        return largest > Byte.MAX_VALUE ? DataType.INT16 : DataType.INT8;
    }

    private static void put(ByteBuffer bytes, DataType type, float value) {
        switch (type) {
            case INT8 -> bytes.put((byte) value);
            case INT16 -> bytes.putShort((short) value);
            case INT32 -> bytes.putInt((int) value);
            default -> bytes.putFloat(value);
        }
    }

    static Map<String, ExampleOutputs> read(Path file) throws IOException {
        try (SafetensorsFile stored = SafetensorsFile.open(file)) {
            Map<String, ExampleOutputs> bySplit = new TreeMap<>();
            for (String split : stored.tensors().keySet()) {
                bySplit.put(split, read(file, stored, split));
            }
            return bySplit;
        }
    }

    private static ExampleOutputs read(Path file, SafetensorsFile stored, String split)
            throws IOException {
        Map<String, String> metadata = stored.metadata();
        Kind kind = kind(file, split, metadata.get(split + KIND));
        try {
            int classes = number(metadata, split + CLASSES, kind);
            int positive = number(metadata, split + POSITIVE, kind);
            return new ExampleOutputs(kind, classes, positive, columns(stored, split, kind));
        } catch (IllegalArgumentException e) {
            throw malformed(file, split, e.getMessage());
        }
    }

    private static Kind kind(Path file, String split, String word) throws IOException {
        return Arrays.stream(Kind.values())
                .filter(kind -> kind.word().equals(word))
                .findFirst()
                .orElseThrow(
                        () ->
                                malformed(
                                        file,
                                        split,
                                        "its metadata name no kind of outputs that is known"));
    }

    private static int number(Map<String, String> metadata, String key, Kind kind) {
        if (kind != Kind.CLASSES) {
            return 0;
        }
        String text = metadata.getOrDefault(key, "");
        if (!text.matches("\\d{1,6}")) {
            throw new IllegalArgumentException("its metadata give no number under " + quote(key));
        }
        return Integer.parseInt(text);
    }

    private static float[][] columns(SafetensorsFile stored, String split, Kind kind)
            throws IOException {
        TensorEntry entry = stored.tensors().get(split);
        long[] shape = entry.shape().getShape();
        if (shape.length != 2 || shape[0] != kind.columns()) {
            throw new IllegalArgumentException(
                    "its shape is %s, not (%d, examples)".formatted(entry.shape(), kind.columns()));
        }
        if (entry.byteLength() > 1 << 30) {
            throw new IllegalArgumentException("it is larger than 1 GiB");
        }
        ByteBuffer bytes = ByteBuffer.wrap(stored.readBytes(split)).order(ByteOrder.LITTLE_ENDIAN);
        float[][] columns = new float[(int) shape[0]][(int) shape[1]];
        for (float[] column : columns) {
            for (int i = 0; i < column.length; i++) {
                column[i] = next(bytes, entry.dataType());
            }
        }
        return columns;
    }

    private static float next(ByteBuffer bytes, DataType type) {
        return switch (type) {
            case INT8 -> bytes.get();
            case INT16 -> bytes.getShort();
            case INT32 -> bytes.getInt();
            case FLOAT32 -> bytes.getFloat();
            default ->
                    throw new IllegalArgumentException(
                            "its numbers are of type %s, not I8, I16, I32 or F32".formatted(type));
        };
    }

    private static MalformedFileException malformed(Path file, String split, String problem) {
        return new MalformedFileException(
                file,
                "the outputs "
                        + quote(split)
                        + " can't be used: "
                        + problem
                        + "; run the sweep again for this run");
    }
}
