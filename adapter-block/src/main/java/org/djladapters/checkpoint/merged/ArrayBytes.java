/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;

/** The bytes of arrays as files hold them. */
final class ArrayBytes {

    private static final int HALF_BUT_ONE = 0x7fff;

    private ArrayBytes() {}

    /**
     * Returns the bytes of an array, row by row, little-endian.
     *
     * @param type the data type that its entries get
     * @param scope owns the memory that the bytes may lie in
     * @return the bytes, which must not be used after the scope is closed
     */
    static ByteBuffer of(NDArray array, DataType type, NDManager scope) {
        boolean narrow = type == DataType.BFLOAT16;
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

    /** Rounds floats to bfloat16, the upper half of their bits, to the nearest, of two the even. */
    private static ByteBuffer upperHalves(IntBuffer floats) {
        ByteBuffer halves =
                ByteBuffer.allocate(Short.BYTES * floats.remaining())
                        .order(ByteOrder.LITTLE_ENDIAN);
        while (floats.hasRemaining()) {
            int bits = floats.get();
            int odd = (bits >>> Short.SIZE) & 1;
            halves.putShort((short) ((bits + HALF_BUT_ONE + odd) >>> Short.SIZE));
        }
        return halves.flip();
    }
}
