/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import java.util.Map;
import org.djladapters.kernel.NativeKernel;
import org.djladapters.matmul.ProductProgram;

/**
 * The TorchScript functions that the layers of adapted models call. In {@code transform.py}, {@code
 * linear}, {@code addmm}, {@code matmul}, {@code convolution} and {@code embedding} do what the
 * aten operators of those names do, with a transform that follows their arguments, or without where
 * it is None; {@code read} makes that argument of the parts of a transform; {@code weight} and
 * {@code bias} transform a layer itself. The first three also take the way of the product and what
 * records it, see {@code product.py} and {@code recording.py}; {@code blocks.py} rotates block by
 * block.
 */
public final class TransformProgram {

    /** The text before the names of the functions in a call. */
    public static final String PREFIX = "__torch__.djladapters.transform.";

    /** The class of what is in a socket. */
    public static final String TRANSFORM = PREFIX + "Transform";

    /** The text before the names of the functions that record a training pass in a call. */
    public static final String RECORDING_PREFIX = "__torch__.djladapters.recording.";

    /** The class that records a training pass. */
    public static final String RECORDING = RECORDING_PREFIX + "Recording";

    /** The class of what a recording keeps of a layer that runs again. */
    public static final String SEGMENT = RECORDING_PREFIX + "Segment";

    private TransformProgram() {}

    /**
     * Returns the source texts of the functions and of what they call, by the entries of an archive
     * that hold them.
     */
    public static Map<String, String> code() {
        return Map.of(
                entry("transform"),
                source("transform"),
                entry("recording"),
                source("recording"),
                entry("blocks"),
                source("blocks"),
                entry("circulant"),
                source("circulant"),
                ProductProgram.ENTRY,
                ProductProgram.source());
    }

    /** Returns the entry of an archive that holds a program. */
    static String entry(String program) {
        return "code/__torch__/djladapters/" + program + ".py";
    }

    /** Returns the source text of a program. */
    static String source(String program) {
        return NativeKernel.source(TransformProgram.class, program + ".py");
    }
}
