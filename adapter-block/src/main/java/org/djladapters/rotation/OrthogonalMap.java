/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import java.util.Locale;
import org.djladapters.io.Internal;
import org.djladapters.io.Names;

/**
 * The maps that make a matrix Q of size n of its parameters.
 *
 * <p>All but {@link #MATRIX} start from a skew matrix S given by its strictly upper triangle,
 * packed row by row (n(n-1)/2 parameters); zeros give Q = I. These maps agree to first order in S
 * up to the direction of rotation: the Neumann series turns by +2S, the others by -2S.
 *
 * <p>Those that are {@linkplain #isOrthogonal orthogonal} are so for all finite parameters, to 1e-5
 * in float32 and 1e-9 in float64. Long matrices S are computed in float64, and beyond a norm of 1e6
 * by the planes in which S turns, whose angles are reduced; the rounding of the largest angle is
 * that of all, so that angles of 1e16 times less are not seen beside it. Parameters that are not
 * finite give a Q of undefined ones.
 */
public enum OrthogonalMap {
    /** Q = (I - S)(I + S)<sup>-1</sup>; exactly orthogonal, one linear solve. */
    CAYLEY,

    /**
     * Q = I + 2S + 2S<sup>2</sup> + ... + 2S<sup>t-1</sup>, the series of t terms of (I + S)(I -
     * S)<sup>-1</sup>, the transpose of the Cayley transform. By its construction orthogonal only
     * as far as S is small; beyond a norm of 1 it is nothing like a rotation. That is the series of
     * compound adapters; for OFT, {@link NeumannSeries} says whether the last term counts twice or,
     * as in PEFT since 0.18, once.
     */
    NEUMANN,

    /** Q = exp(-2S); exactly orthogonal, agrees with the Cayley transform to second order. */
    EXPONENTIAL,

    /**
     * Q = L<sub>1</sub> L<sub>2</sub> ... L<sub>n</sub>, where L<sub>t</sub> turns by
     * 2S<sub>ij</sub> in the planes (i, j) that meet in layer t of a network that reverses n wires
     * by exchanging neighbours: the first with the second, the third with the fourth and so on in
     * odd layers, the second with the third and so on in even ones. Every plane comes once, and
     * those of a layer have no index in common. Exactly orthogonal; every rotation can be made. The
     * parameters are half the angles of the gates of a quantum circuit of this shape.
     */
    GIVENS,

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
     * Tells whether every Q is orthogonal, but for rounding.
     *
     * @return false for {@link #NEUMANN} and {@link #MATRIX}
     */
    public boolean isOrthogonal() {
        return this != NEUMANN && this != MATRIX;
    }

    /**
     * Returns the operations of a step that make matrices Q from their parameters, and the
     * gradients of these. An exponential counts as a polynomial of degree 18 in five products, its
     * gradient as the exponential of a matrix of twice the size. A Givens rotation of two columns
     * counts 6n operations, its gradients 14n.
     *
     * @param count the number of matrices
     * @param size n
     * @param terms the number of terms of the Neumann series that are summed
     */
    @Internal
    public FlopCount building(long count, long size, int terms) {
        long product = 2 * size * size * size;
        FlopCount one =
                switch (this) {
                    case CAYLEY -> FlopCount.once(product);
                    case NEUMANN -> FlopCount.once(Math.max(0, terms - 2) * product);
                    case EXPONENTIAL -> new FlopCount(0, 0, 5 * product, 8 * 5 * product);
                    case GIVENS -> {
                        long gates = size * (size - 1) / 2;
                        yield new FlopCount(0, 0, 6 * gates * size, 14 * gates * size);
                    }
                    case MATRIX -> FlopCount.NONE;
                };
        return one.times(count);
    }

    /**
     * Finds a map by its name on the command line and in configurations.
     *
     * @param name the lower-case name, such as {@code cayley}
     */
    public static OrthogonalMap of(String name) {
        return Names.parse(OrthogonalMap.class, "orthogonal map", name);
    }

    /** Returns the lower-case name. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
