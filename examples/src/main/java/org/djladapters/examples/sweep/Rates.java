/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.io.Serializable;

/**
 * Factors of the usual learning rates of a method.
 *
 * @param factor that of the adapter's rate, or of the head's if only a head is trained
 * @param headFactor that of a new head's rate beside an adapter
 */
public record Rates(double factor, double headFactor) implements Serializable {

    /** Returns factors as lines of results have them, without that of the head for 1. */
    static Rates of(double factor, Double headFactor) {
        return new Rates(factor, headFactor == null ? 1 : headFactor);
    }

    /** Returns the factor of the head's rate as lines of results have it: null for 1. */
    Double headFactorOfLine() {
        return headFactor == 1 ? null : Double.valueOf(headFactor);
    }

    /** Returns how far the factors are from 1, both upwards and downwards. */
    double distance() {
        return Math.abs(Math.log(factor)) + Math.abs(Math.log(headFactor));
    }

    /** Returns a part of a file name. */
    String fileName() {
        return headFactor == 1 ? "rate" + factor : "rate" + factor + "+head" + headFactor;
    }

    @Override
    public String toString() {
        return headFactor == 1
                ? "learning rate x " + factor
                : "learning rate x %s, of the head x %s".formatted(factor, headFactor);
    }
}
