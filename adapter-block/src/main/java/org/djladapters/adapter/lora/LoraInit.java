/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lora;

import java.util.Locale;

/**
 * How the matrices A and B of LoRA start. U(c) is the uniform distribution on (-c, c), N(c) the
 * normal one of standard deviation c. An embedding has A and B the other way round, so that the
 * rows of its table are the outputs of B.
 */
public enum LoraInit {
    /** A from U(1/&radic;in), B zero; of an embedding A zero, B from N(1). The identity. */
    DEFAULT,
    /** A from N(1/r), B zero; of an embedding A zero, B from N(1). The identity. */
    GAUSSIAN,
    /**
     * A from U(1/&radic;in), B from U(1/&radic;r); of an embedding both from N(1). Not the
     * identity: for tests, where zeros would hide faults.
     */
    RANDOM;

    /** The lower-case name. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
