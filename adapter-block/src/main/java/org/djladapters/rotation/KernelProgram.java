/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.djladapters.kernel.NativeCall;
import org.djladapters.kernel.NativeKernel;

/** The TorchScript program {@code kernel.py} beside this class, loaded once a process. */
final class KernelProgram {

    private KernelProgram() {}

    static NativeCall call(String method, NDManager manager) {
        return Loaded.KERNEL.call(method, manager);
    }

    /** An array, or one without elements that stands for none. */
    static NDArray orEmpty(NDArray array, NDManager manager) {
        return array == null ? manager.create(new Shape(0)) : array;
    }

    /** Loaded on first use. */
    private static final class Loaded {

        static final NativeKernel KERNEL =
                NativeKernel.compile(
                        "RotationKernel",
                        NativeKernel.source(KernelProgram.class, "kernel.py"),
                        TransformProgram.code());
    }
}
