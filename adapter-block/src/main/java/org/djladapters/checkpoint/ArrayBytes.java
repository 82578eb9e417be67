/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.util.Map;
import org.djladapters.archive.NativeKernel;

/** The bytes of arrays of any type, even of those for which DJL has no name, such as bfloat16. */
final class ArrayBytes {

    private static final String SOURCE =
            """
            class ArrayBytes(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              def forward(self, x: Tensor) -> Tensor:
                flat = torch.reshape(torch.contiguous(torch.detach(x)), [-1])
                return torch.view(flat, dtype=0)
            """;

    private ArrayBytes() {}

    /**
     * The bytes of an array, row by row, little-endian.
     *
     * @param array the array
     * @param scope owns the memory that the bytes lie in
     * @return the bytes, which must not be used after the scope is closed
     */
    static ByteBuffer of(NDArray array, NDManager scope) {
        NDArray bytes =
                Program.KERNEL.call("forward", scope).tensor(array).run().singletonOrThrow();
        NDArray host = bytes.toDevice(Device.cpu(), false);
        host.attach(scope);
        return host.toByteBuffer(true);
    }

    /** Loaded on first use. */
    private static final class Program {

        static final NativeKernel KERNEL = NativeKernel.compile("ArrayBytes", SOURCE, Map.of());
    }
}
