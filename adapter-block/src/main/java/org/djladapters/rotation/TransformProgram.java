/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import org.djladapters.archive.NativeKernel;

/**
 * The TorchScript functions that apply transforms: {@code linear}, {@code addmm}, {@code matmul},
 * {@code convolution} and {@code embedding} do what the aten operators of those names do, with a
 * transform that is their last argument or without where it is None; {@code plugged} makes that
 * argument of the parts of a transform; {@code weight} and {@code bias} transform a layer itself.
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
