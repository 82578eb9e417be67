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

    private ArrayBytes() {}

    /**
     * The bytes of an array, row by row, little-endian.
     *
     * @param array the array
     * @param type the data type of its entries; DJL itself has no name for bfloat16
     * @param scope owns the memory that the bytes may lie in
     * @return the bytes, which must not be used after the scope is closed
     */
    static ByteBuffer of(NDArray array, DataType type, NDManager scope) {
        boolean narrow = type == DataType.BFLOAT16;
        NDArray readable = narrow ? array.toType(DataType.FLOAT32, false) : array;
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

    /** A bfloat16 is the upper half of a float, whose lower half is zero here. */
    private static ByteBuffer upperHalves(IntBuffer floats) {
        ByteBuffer halves =
                ByteBuffer.allocate(Short.BYTES * floats.remaining())
                        .order(ByteOrder.LITTLE_ENDIAN);
        while (floats.hasRemaining()) {
            halves.putShort((short) (floats.get() >>> Short.SIZE));
        }
        return halves.flip();
    }
}
