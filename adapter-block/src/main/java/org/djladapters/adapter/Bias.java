/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.Locale;

/** Which biases of the base model an adapter trains besides its own parameters. */
public enum Bias {
    /** None. */
    NONE,
    /** Those of the adapted modules. */
    ADAPTED,
    /** All of the model. */
    ALL;

    /** The lower-case name. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
