/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import ai.djl.ndarray.types.DataType;
import java.io.EOFException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.ZipFile;
import org.djladapters.safetensors.ArrayBytes;

/** The elements of storages of an archive for a program that computes in bfloat16. */
final class NarrowStorage {

    /** The largest number of bfloat16; the one after it stands for infinity. */
    private static final double LARGEST = 3.3895313892515355e38;

    private static final int SIGN = 0x80000000;
    private static final int INFINITY = 0x7f800000;
    private static final short LARGEST_BITS = 0x7f7f;
    private static final short QUIET_NAN = 0x7fc0;

    private static final int PIECE = 1 << 14;

    private NarrowStorage() {}

    /** Returns the elements of a storage of float32, rounded to bfloat16 as they are written. */
    static TensorData rounded(ArchiveFile file, String entry) {
        return out -> {
            try (ZipFile zip = file.reopen();
                    InputStream in = file.stream(zip, entry)) {
                byte[] floats;
                do {
                    floats = in.readNBytes(PIECE * Float.BYTES);
                    ByteBuffer from = littleEndian(floats);
                    byte[] halves = new byte[floats.length / 2];
                    ByteBuffer to = littleEndian(halves);
                    while (from.remaining() >= Float.BYTES) {
                        to.putShort(rounded(from.getInt()));
                    }
                    out.write(halves);
                } while (floats.length > 0);
            }
        };
    }

    /** Rounds the bits of a float32 to the nearest number of bfloat16 that is finite if it is. */
    static short rounded(int bits) {
        int size = bits & ~SIGN;
        short sign = (short) ((bits & SIGN) >>> Short.SIZE);
        if (size > INFINITY) {
            return (short) (sign | QUIET_NAN);
        }
        short rounded = ArrayBytes.toBfloat16(bits);
        boolean overflows = size < INFINITY && (rounded & 0x7fff) > LARGEST_BITS;
        return overflows ? (short) (sign | LARGEST_BITS) : rounded;
    }

    /** Returns the only element of a storage, with a number beyond bfloat16 as its largest one. */
    static TensorData bounded(ArchiveFile file, String entry, DataType type) {
        return out -> {
            try (ZipFile zip = file.reopen();
                    InputStream in = file.stream(zip, entry)) {
                byte[] number = in.readAllBytes();
                if (number.length != type.getNumOfBytes()) {
                    throw new EOFException(entry + " holds more than a number");
                }
                ByteBuffer bytes = littleEndian(number);
                if (type == DataType.FLOAT64) {
                    bytes.putDouble(0, bounded(bytes.getDouble(0)));
                } else {
                    bytes.putFloat(0, (float) bounded(bytes.getFloat(0)));
                }
                out.write(number);
            }
        };
    }

    /** Returns a number, or the nearest one that bfloat16 has if it is finite and too large. */
    static double bounded(double number) {
        return Double.isFinite(number) ? Math.max(-LARGEST, Math.min(LARGEST, number)) : number;
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
