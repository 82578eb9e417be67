/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

import java.util.Locale;

/** The coordinates that a compound rotation C acts on. */
public enum CompoundBasis {
    /** The outputs of the layer: W' = C<sup>T</sup> W. */
    STANDARD,
    /**
     * The left singular vectors of W, the columns of U, by decreasing singular values: W' = U
     * C<sup>T</sup> U<sup>T</sup> W. They are computed of the weight whenever an adapter is made or
     * loaded, so it belongs to the very weights that it was trained with.
     */
    SINGULAR;

    /** The lower-case name. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
