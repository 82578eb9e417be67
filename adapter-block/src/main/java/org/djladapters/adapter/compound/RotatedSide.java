/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

import java.util.Locale;
import org.djladapters.io.Names;

/** The side of a layer y = x W<sup>T</sup> + b that a compound adapter rotates. */
public enum RotatedSide {
    /** W' = C<sup>T</sup> W: the outputs. */
    OUTPUT,

    /** W' = W R<sup>T</sup>: the inputs, of a convolution the entries of its filters. */
    INPUT,

    /** W' = C<sup>T</sup> W R<sup>T</sup>, with parameters for each. */
    BOTH;

    /** {@return true if the outputs are rotated} */
    public boolean hasOutput() {
        return this != INPUT;
    }

    /** {@return true if the inputs are rotated} */
    public boolean hasInput() {
        return this != OUTPUT;
    }

    /**
     * Finds a side by its name on the command line and in configurations.
     *
     * @param name the lower-case name, such as {@code input}
     * @throws IllegalArgumentException if no side has the name
     */
    public static RotatedSide of(String name) {
        return Names.parse(RotatedSide.class, "side", name);
    }

    /** The lower-case name. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
