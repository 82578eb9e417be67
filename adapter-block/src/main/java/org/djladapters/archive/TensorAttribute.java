/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

/**
 * A tensor that a module holds.
 *
 * @param name the attribute's name, such as {@code weight}
 * @param tensor the tensor
 * @param kind what the module's class declares it to be
 */
public record TensorAttribute(String name, TensorRecord tensor, Kind kind) {

    /** What a class declares a tensor to be. */
    public enum Kind {
        /** Listed in the class's {@code __parameters__}. */
        PARAMETER,
        /** Listed in the class's {@code __buffers__}. */
        BUFFER,
        /** A tensor in neither list. */
        PLAIN
    }
}
