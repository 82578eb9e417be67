/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

/**
 * Finds out whether ONNX Runtime is on the class path, without types of ONNX Runtime, which Java
 * would have to load.
 */
final class OnnxRuntime {

    private static final String TYPE = "ai.onnxruntime.OrtEnvironment";

    /** The verdict about a file that could not be compared. */
    static final String ABSENT =
            "Not compared with the adapted model: ONNX Runtime is not on the class path"
                    + " (com.microsoft.onnxruntime:onnxruntime)";

    private OnnxRuntime() {}

    static boolean isPresent() {
        try {
            Class.forName(TYPE, false, OnnxRuntime.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
