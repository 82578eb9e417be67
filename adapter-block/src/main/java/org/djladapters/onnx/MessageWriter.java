/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes a small message of Protocol Buffers, see {@link Message}. */
final class MessageWriter {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    MessageWriter number(int field, long value) {
        return varint((long) field << 3).varint(value);
    }

    MessageWriter text(int field, String text) {
        return bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }

    MessageWriter message(int field, MessageWriter message) {
        return bytes(field, message.out.toByteArray());
    }

    MessageWriter bytes(int field, byte[] bytes) {
        head(field, bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    /** Writes the number of a field and the length of its bytes, which the caller writes. */
    MessageWriter head(int field, long length) {
        return varint((long) field << 3 | Message.LENGTH_AND_BYTES).varint(length);
    }

    ByteBuffer toBuffer() {
        return ByteBuffer.wrap(out.toByteArray());
    }

    private MessageWriter varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
        return this;
    }
}
