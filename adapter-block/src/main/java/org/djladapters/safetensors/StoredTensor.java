/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.safetensors;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * A tensor that is to be written: what the header says of it, and where its bytes come from when
 * its turn comes.
 */
public record StoredTensor(DataType dataType, Shape shape, Bytes bytes) {

    private static final int CHUNK = 1 << 16;

    /** Writes the bytes of a tensor. */
    @FunctionalInterface
    public interface Bytes {

        /** Writes all bytes, little-endian, row by row. */
        void writeTo(WritableByteChannel channel) throws IOException;
    }

    /** Takes the bytes of an array, which must not be closed before they are written. */
    public static StoredTensor of(NDArray array) {
        return of(array, array.getDataType());
    }

    /** Takes the bytes of an array as those of another type. */
    public static StoredTensor of(NDArray array, DataType type) {
        return new StoredTensor(
                type,
                array.getShape(),
                channel -> {
                    if (array.size() == 0) {
                        return;
                    }
                    try (NDManager scope = array.getManager().newSubManager()) {
                        writeFully(ArrayBytes.of(array, type, scope), channel);
                    }
                });
    }

    /** Takes float32 numbers from Java's memory, which are written through a small buffer. */
    public static StoredTensor ofFloats(FloatBuffer numbers, Shape shape) {
        return new StoredTensor(
                DataType.FLOAT32, shape, channel -> writeFloats(numbers.duplicate(), channel));
    }

    private static void writeFloats(FloatBuffer numbers, WritableByteChannel channel)
            throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        while (numbers.hasRemaining()) {
            int count = Math.min(numbers.remaining(), CHUNK / Float.BYTES);
            chunk.clear().limit(count * Float.BYTES);
            chunk.asFloatBuffer().put(numbers.slice(numbers.position(), count));
            numbers.position(numbers.position() + count);
            writeFully(chunk, channel);
        }
    }

    /** Returns the number of bytes. */
    public long byteLength() {
        return shape.size() * dataType.getNumOfBytes();
    }

    /** Writes what a buffer has left. */
    public static void writeFully(ByteBuffer bytes, WritableByteChannel channel)
            throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
