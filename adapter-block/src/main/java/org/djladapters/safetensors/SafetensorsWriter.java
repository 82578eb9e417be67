/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.safetensors;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.MalformedFileException;

/**
 * Writes safetensors files. The same tensors give the same bytes: tensors are laid out as the
 * format's own library does, those of the widest type first, then by name.
 */
final class SafetensorsWriter {

    private SafetensorsWriter() {}

    /**
     * Writes a file, whole or not at all. Arrays may lie on any device and be views of others.
     *
     * @param path the file; its folder must exist, an older file is replaced
     * @param tensors the tensors by name
     * @param metadata text about the file, by key
     * @throws IllegalArgumentException if a name or an array can't be stored
     * @throws IOException if the file can't be written; nothing is left behind then
     */
    static void write(
            Path path, Map<String, ? extends NDArray> tensors, Map<String, String> metadata)
            throws IOException {
        SafetensorsHeader header = new SafetensorsHeader(layOut(tensors), new TreeMap<>(metadata));
        byte[] json = header.encode();
        if (json.length > SafetensorsFile.LONGEST_HEADER) {
            throw new IllegalArgumentException(
                    "The names and the metadata are too large for the header of a safetensors"
                            + " file; use fewer or shorter ones");
        }
        ByteBuffer start =
                ByteBuffer.allocate(Long.BYTES + json.length).order(ByteOrder.LITTLE_ENDIAN);
        start.putLong(json.length).put(json).flip();
        AtomicFiles.writeFile(
                path,
                channel -> {
                    writeFully(channel, start);
                    for (String name : header.tensors().keySet()) {
                        writeTensor(channel, tensors.get(name));
                    }
                });
    }

    private static Map<String, TensorEntry> layOut(Map<String, ? extends NDArray> tensors) {
        tensors.forEach(SafetensorsWriter::check);
        List<String> names =
                tensors.keySet().stream()
                        .sorted(
                                Comparator.comparing((String name) -> type(tensors.get(name)))
                                        .reversed()
                                        .thenComparing(Comparator.naturalOrder()))
                        .toList();
        Map<String, TensorEntry> entries = new LinkedHashMap<>();
        long begin = 0;
        for (String name : names) {
            NDArray array = tensors.get(name);
            DataType type = array.getDataType();
            long end = begin + array.size() * type.getNumOfBytes();
            entries.put(name, new TensorEntry(name, type, array.getShape(), begin, end));
            begin = end;
        }
        return entries;
    }

    private static void check(String name, NDArray array) {
        if (name.isEmpty()
                || name.equals(HeaderReader.METADATA)
                || !MalformedFileException.isPlain(name)) {
            throw new IllegalArgumentException(
                    "A tensor in a safetensors file can't be called "
                            + quote(name)
                            + "; give it another name");
        }
        if (ElementType.of(array.getDataType()).isEmpty()) {
            throw new IllegalArgumentException(
                    "Tensor "
                            + quote(name)
                            + " is of type "
                            + array.getDataType()
                            + ", which can't be stored from DJL; convert it to FLOAT32");
        }
        if (array.size() > Integer.MAX_VALUE / array.getDataType().getNumOfBytes()) {
            throw new IllegalArgumentException(
                    "Tensor "
                            + quote(name)
                            + " is larger than the 2 GiB that DJL can write from an array; split"
                            + " it");
        }
    }

    private static ElementType type(NDArray array) {
        return ElementType.of(array.getDataType()).orElseThrow();
    }

    private static void writeTensor(FileChannel channel, NDArray array) throws IOException {
        if (array.size() == 0) {
            return;
        }
        try (NDManager scope = array.getManager().newSubManager()) {
            // Flattening copies where the entries do not lie row by row already.
            NDArray flat = array.flatten();
            flat.attach(scope);
            NDArray host = flat.toDevice(Device.cpu(), false);
            host.attach(scope);
            writeFully(channel, host.toByteBuffer(true));
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
