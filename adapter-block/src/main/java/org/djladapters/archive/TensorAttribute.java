/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

/** A tensor that a module holds under a name, such as {@code weight}. */
public record TensorAttribute(String name, TensorRecord tensor, Kind kind) {

    /** The kinds of tensors that a class declares. */
    public enum Kind {
        /** Listed in the class's {@code __parameters__}. */
        PARAMETER,
        /** Listed in the class's {@code __buffers__}. */
        BUFFER,
        /** A tensor in neither list. */
        PLAIN
    }
}
