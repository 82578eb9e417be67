/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import java.util.Locale;

/**
 * How a matrix Q of size n is made from its trained numbers.
 *
 * <p>All but {@link #MATRIX} start from a skew matrix S given by its strictly upper triangle,
 * packed row by row (n(n-1)/2 numbers); zeros give Q = I. The three maps agree to first order in S
 * up to the direction of rotation: Cayley and exponential turn by -2S, the Neumann series by +2S.
 */
public enum OrthogonalMap {
    /** Q = (I - S)(I + S)<sup>-1</sup>; exactly orthogonal, one linear solve. */
    CAYLEY,

    /**
     * Q = I + 2S + 2S<sup>2</sup> + ... + 2S<sup>t-1</sup>, the series of t terms of (I + S)(I -
     * S)<sup>-1</sup>, the transpose of the Cayley transform, as PEFT's OFT computes it. Orthogonal
     * only as far as S is small.
     */
    NEUMANN,

    /** Q = exp(-2S); exactly orthogonal, agrees with the Cayley transform to second order. */
    EXPONENTIAL,

    /** Q is the parameter itself, of size n&sup2;, not orthogonal in general; starts at I. */
    MATRIX;

    /**
     * Tells whether the parameters are the packed triangle of a skew matrix.
     *
     * @return false for {@link #MATRIX} only
     */
    public boolean isSkew() {
        return this != MATRIX;
    }

    /**
     * Making matrices Q from their trained numbers once a step, and the gradients of these. An
     * exponential counts as a polynomial of degree 18 in five products, its gradient as the
     * exponential of a matrix of twice the size.
     *
     * @param count the number of matrices
     * @param size n
     * @param terms the number of terms of the Neumann series
     * @return the operations, which all are once a step
     */
    public Operations building(long count, long size, int terms) {
        long product = 2 * size * size * size;
        Operations one =
                switch (this) {
                    case CAYLEY -> Operations.once(product);
                    case NEUMANN -> Operations.once(Math.max(0, terms - 2) * product);
                    case EXPONENTIAL -> new Operations(0, 0, 5 * product, 8 * 5 * product);
                    case MATRIX -> Operations.NONE;
                };
        return one.times(count);
    }

    /**
     * Finds a map by its name on the command line and in configurations.
     *
     * @param name the lower-case name, such as {@code cayley}
     * @return the map
     */
    public static OrthogonalMap of(String name) {
        return Names.parse(OrthogonalMap.class, "orthogonal map", name);
    }

    /** The lower-case name. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
