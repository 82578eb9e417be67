/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.safetensors;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;

/** The bytes of arrays as files hold them. */
public final class ArrayBytes {

    private static final int HALF_BUT_ONE = 0x7fff;

    private ArrayBytes() {}

    /**
     * Returns the bytes of an array, row by row, little-endian, with entries of a type. They must
     * not be used after the scope is closed, which owns the memory that they may lie in.
     */
    public static ByteBuffer of(NDArray array, DataType type, NDManager scope) {
        boolean narrow = type == DataType.BFLOAT16 && array.getDataType() != type;
        NDArray readable = array.toType(narrow ? DataType.FLOAT32 : type, false);
        NDArray host = readable.toDevice(Device.cpu(), false);
        // Flattening copies where the entries do not lie row by row already.
        NDArray flat = host.flatten();
        for (NDArray made : new NDArray[] {readable, host, flat}) {
            if (made != array) {
                made.attach(scope);
            }
        }
        ByteBuffer bytes = flat.toByteBuffer(true);
        return narrow ? upperHalves(bytes.asIntBuffer()) : bytes;
    }

    /** Rounds a float's bits to bfloat16, their upper half: to the nearest, of two the even. */
    public static short toBfloat16(int bits) {
        return (short) ((bits + HALF_BUT_ONE + ((bits >>> Short.SIZE) & 1)) >>> Short.SIZE);
    }

    private static ByteBuffer upperHalves(IntBuffer floats) {
        ByteBuffer halves =
                ByteBuffer.allocate(Short.BYTES * floats.remaining())
                        .order(ByteOrder.LITTLE_ENDIAN);
        while (floats.hasRemaining()) {
            halves.putShort(toBfloat16(floats.get()));
        }
        return halves.flip();
    }
}
