/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import java.util.Map;
import org.djladapters.kernel.NativeKernel;

/**
 * The TorchScript functions that apply transforms: {@code linear}, {@code addmm}, {@code matmul},
 * {@code convolution} and {@code embedding} do what the aten operators of those names do, with a
 * transform that follows their arguments or without where it is None; {@code plugged} makes that
 * argument of the parts of a transform; {@code weight} and {@code bias} transform a layer itself.
 * The first three also take the way of the product and what records it, see {@code product.py} and
 * {@code recording.py}.
 */
public final class TransformProgram {

    /** How a program calls the functions, before their names. */
    public static final String PREFIX = "__torch__.djladapters.transform.";

    /** The class that records a training pass. */
    public static final String RECORDING = "__torch__.djladapters.recording.Recording";

    /** How a program calls the function {@code sum}, before its name. */
    public static final String RECORDING_PREFIX = "__torch__.djladapters.recording.";

    private static final String ENTRY = "code/__torch__/djladapters/%s.py";

    private TransformProgram() {}

    /**
     * The source texts of the functions and of what they call.
     *
     * @return TorchScript source by the entry of an archive that holds it
     */
    public static Map<String, String> code() {
        return Map.of(
                ENTRY.formatted("transform"),
                source("transform.py"),
                ENTRY.formatted("recording"),
                source("recording.py"),
                ENTRY.formatted("blocks"),
                source("blocks.py"),
                ProductProgram.ENTRY,
                ProductProgram.source());
    }

    private static String source(String name) {
        return NativeKernel.source(TransformProgram.class, name);
    }
}
