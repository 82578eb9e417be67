/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.safetensors;

import static org.djladapters.io.MalformedFileException.quote;

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
     * Writes a file, whole or not at all.
     *
     * @throws IllegalArgumentException if a name or a tensor can't be stored
     */
    static void write(Path path, Map<String, StoredTensor> tensors, Map<String, String> metadata)
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
                    StoredTensor.writeFully(start, channel);
                    for (TensorEntry entry : header.tensors().values()) {
                        writeTensor(channel, entry, tensors.get(entry.name()), start.limit());
                    }
                });
    }

    private static Map<String, TensorEntry> layOut(Map<String, StoredTensor> tensors) {
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
            StoredTensor tensor = tensors.get(name);
            long end = begin + tensor.byteLength();
            entries.put(name, new TensorEntry(name, tensor.dataType(), tensor.shape(), begin, end));
            begin = end;
        }
        return entries;
    }

    private static void check(String name, StoredTensor tensor) {
        if (name.isEmpty()
                || name.equals(HeaderReader.METADATA)
                || !MalformedFileException.isPlain(name)) {
            throw new IllegalArgumentException(
                    "A tensor in a safetensors file can't be called "
                            + quote(name)
                            + "; give it another name");
        }
        if (ElementType.of(tensor.dataType()).isEmpty()) {
            throw new IllegalArgumentException(
                    ("Tensor %s is of type %s, which can't be stored from DJL; convert it to"
                                    + " FLOAT32")
                            .formatted(quote(name), tensor.dataType()));
        }
    }

    private static ElementType type(StoredTensor tensor) {
        return ElementType.of(tensor.dataType()).orElseThrow();
    }

    private static void writeTensor(
            FileChannel channel, TensorEntry entry, StoredTensor tensor, long dataStart)
            throws IOException {
        tensor.bytes().writeTo(channel);
        if (channel.position() != dataStart + entry.end()) {
            throw new IllegalStateException(
                    "Tensor %s wrote another number of bytes than its %d"
                            .formatted(quote(entry.name()), entry.byteLength()));
        }
    }
}
