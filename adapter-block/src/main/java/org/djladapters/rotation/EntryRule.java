/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import org.djladapters.io.Names;

/** The rule for the entry of an order-k matrix that belongs to the k&times;k submatrix Q[I, J]. */
public enum EntryRule {
    /** The determinant: the compound matrix C<sub>k</sub>(Q), orthogonal where Q is. */
    DETERMINANT("comp"),

    /** The largest entry. Not a homomorphism; Q = I does not give I. */
    MAXIMUM("max"),

    /** The mean of the entries. Not a homomorphism; Q = I does not give I. */
    AVERAGE("avg"),

    /** The permanent. Q = I gives I. */
    PERMANENT("perm");

    private final String label;

    EntryRule(String label) {
        this.label = label;
    }

    /**
     * Finds a rule by its short name.
     *
     * @param name {@code comp}, {@code max}, {@code avg} or {@code perm}
     */
    public static EntryRule of(String name) {
        return Names.parse(EntryRule.class, "entry rule", name);
    }

    /** Returns the short name, as in checkpoints. */
    @Override
    public String toString() {
        return label;
    }
}
