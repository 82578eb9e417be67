/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes safetensors files byte by byte, sound or not. */
final class RawSafetensors {

    private RawSafetensors() {}

    /** Gives the bytes of a file with this header and so many bytes of zeros as data. */
    static byte[] bytes(String header, int dataLength) {
        return bytes(header.getBytes(StandardCharsets.UTF_8), dataLength);
    }

    static byte[] bytes(byte[] header, int dataLength) {
        return claiming(header.length, header, dataLength);
    }

    /** Gives the bytes of a file that claims a header of another length than it has. */
    static byte[] claiming(long headerLength, byte[] header, int dataLength) {
        return ByteBuffer.allocate(Long.BYTES + header.length + dataLength)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(headerLength)
                .put(header)
                .array();
    }

    /** Gives the header's entry of a tensor. */
    static String tensor(String name, String dtype, String shape, String offsets) {
        return '"' + name + '"' + ':' + entry(dtype, shape, offsets);
    }

    static String entry(String dtype, String shape, String offsets) {
        return "{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}"
                .formatted(dtype, shape, offsets);
    }

    static Path write(Path folder, byte[] bytes) throws IOException {
        return Files.write(folder.resolve("strange.safetensors"), bytes);
    }
}
