/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import org.djladapters.archive.NativeKernel;

/**
 * The TorchScript functions that apply transforms to activations: {@code linear}, {@code addmm} and
 * {@code convolution} do what the aten operators of those names do and then rotate, or only that
 * where there is no rotation; {@code product} rotates a product without bias that is given to it.
 */
public final class TransformProgram {

    /** How a program calls the functions, before their names. */
    public static final String PREFIX = "__torch__.djladapters.transform.";

    /** The entry of an archive that holds the functions. */
    public static final String ENTRY = "code/__torch__/djladapters/transform.py";

    private TransformProgram() {}

    /**
     * The source text of the functions.
     *
     * @return TorchScript source
     */
    public static String source() {
        return NativeKernel.source(TransformProgram.class, "transform.py");
    }
}
