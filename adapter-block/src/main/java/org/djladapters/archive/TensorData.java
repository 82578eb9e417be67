/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * The source of a tensor's bytes when an archive is written: little-endian, and row-major if
 * nothing else is said.
 */
@FunctionalInterface
public interface TensorData {

    /** Writes all bytes of the tensor and leaves the stream open. */
    void writeTo(OutputStream out) throws IOException;

    /**
     * Returns the remaining bytes of a buffer as tensor data. The buffer is read when the archive
     * is written; its position stays as it is.
     */
    static TensorData of(ByteBuffer bytes) {
        return out -> {
            ByteBuffer rest = bytes.duplicate();
            byte[] chunk = new byte[Math.min(rest.remaining(), 1 << 16)];
            while (rest.hasRemaining()) {
                int length = Math.min(chunk.length, rest.remaining());
                rest.get(chunk, 0, length);
                out.write(chunk, 0, length);
            }
        };
    }
}
