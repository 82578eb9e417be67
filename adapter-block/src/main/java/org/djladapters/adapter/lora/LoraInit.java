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
    RANDOM,
    /**
     * PiSSA: A = (S/s)<sup>1/2</sup> V<sup>T</sup> and B = U (S/s)<sup>1/2</sup> with the r largest
     * singular values S of W and their vectors, so that training begins with the largest part of W.
     * With these A<sub>0</sub> and B<sub>0</sub> taken out of the weight, W' = W + s (B A -
     * B<sub>0</sub> A<sub>0</sub>), the adapter starts as the identity. For linear layers; an
     * embedding starts as by default, as in PEFT.
     *
     * <p>Source: Meng, Wang and Zhang, arXiv 2404.02948.
     */
    PISSA,
    /**
     * OLoRA: A the first r rows of the triangle and B the first r columns of the orthogonal matrix
     * of the factorization of W by the method QR, taken out of the weight as with {@link #PISSA}.
     * For linear layers that store their weight as (out, in).
     *
     * <p>Source: B&uuml;y&uuml;kaky&uuml;z, arXiv 2406.01775.
     */
    OLORA;

    /**
     * {@return true for {@link #PISSA} and {@link #OLORA}, where an adapter starts with a part of
     * the weight, which is taken out of it}
     */
    public boolean takesFromWeight() {
        return this == PISSA || this == OLORA;
    }

    /** The lower-case name. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
