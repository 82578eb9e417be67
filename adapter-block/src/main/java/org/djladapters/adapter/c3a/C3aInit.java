/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.c3a;

import java.util.Locale;

/** How the kernels of C3A start. U(c) is the uniform distribution on (-c, c). */
public enum C3aInit {
    /** Zeros: the identity. */
    ZEROS,
    /** From U(&radic;(6 / (in + out))), as PEFT does by default: a little off the base model. */
    XAVIER_UNIFORM,
    /** From U(1 / &radic;in). */
    KAIMING_UNIFORM,
    /** From the normal distribution of standard deviation 1. */
    GAUSSIAN;

    /** The lower-case name. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
