/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.gguf;

import ai.djl.ndarray.types.DataType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.djladapters.io.AtomicFiles;
import org.djladapters.safetensors.StoredTensor;

/**
 * A file in version 3 of GGUF: entries of texts and numbers, then tensors in float32, each at a
 * multiple of {@value #ALIGNMENT} bytes. Its sizes go from the innermost to the outermost, so a
 * matrix (rows, columns) has the sizes columns, rows there.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">GGUF</a>
 */
final class GgufFile {

    private static final byte[] MAGIC = "GGUF".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 3;
    private static final int ALIGNMENT = 32;
    private static final int FLOAT_ENTRY = 6;
    private static final int TEXT_ENTRY = 8;
    private static final int FLOAT32_TENSOR = 0;

    private final Bytes entries = new Bytes();
    private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    private int entryCount;

    GgufFile put(String key, String value) {
        entries.text(key).integer(TEXT_ENTRY).text(value);
        entryCount++;
        return this;
    }

    GgufFile put(String key, float value) {
        entries.text(key).integer(FLOAT_ENTRY).integer(Float.floatToIntBits(value));
        entryCount++;
        return this;
    }

    /** Adds a tensor of float32, which is read when the file is written. */
    void put(String name, StoredTensor tensor) {
        if (tensor.dataType() != DataType.FLOAT32) {
            throw new IllegalArgumentException(name + " is not of type float32");
        }
        tensors.put(name, tensor);
    }

    /** Writes the file, whole or not at all. */
    void write(Path path) throws IOException {
        byte[] start = start().toByteArray();
        AtomicFiles.writeFile(
                path,
                channel -> {
                    StoredTensor.writeFully(ByteBuffer.wrap(start), channel);
                    for (StoredTensor tensor : tensors.values()) {
                        pad(channel);
                        tensor.bytes().writeTo(channel);
                    }
                    pad(channel);
                });
    }

    private Bytes start() {
        Bytes start = new Bytes();
        start.writeBytes(MAGIC);
        start.integer(VERSION).whole(tensors.size()).whole(entryCount);
        start.writeBytes(entries.toByteArray());
        long offset = 0;
        for (Map.Entry<String, StoredTensor> entry : tensors.entrySet()) {
            long[] sizes = entry.getValue().shape().getShape();
            start.text(entry.getKey()).integer(sizes.length);
            for (int i = sizes.length - 1; i >= 0; i--) {
                start.whole(sizes[i]);
            }
            start.integer(FLOAT32_TENSOR).whole(offset);
            offset += aligned(entry.getValue().byteLength());
        }
        return start;
    }

    private static void pad(FileChannel channel) throws IOException {
        long end = channel.position();
        StoredTensor.writeFully(ByteBuffer.allocate((int) (aligned(end) - end)), channel);
    }

    private static long aligned(long size) {
        return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** Bytes of little-endian numbers, and of texts after their lengths. */
    private static final class Bytes extends ByteArrayOutputStream {

        Bytes integer(int value) {
            writeBytes(little(Integer.BYTES).putInt(value).array());
            return this;
        }

        Bytes whole(long value) {
            writeBytes(little(Long.BYTES).putLong(value).array());
            return this;
        }

        Bytes text(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            whole(utf8.length).writeBytes(utf8);
            return this;
        }

        private static ByteBuffer little(int size) {
            return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        }
    }
}
