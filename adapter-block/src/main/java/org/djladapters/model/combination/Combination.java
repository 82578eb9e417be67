/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.combination;

import java.util.Locale;

/**
 * How {@link AdapterAlgebra#combine} makes one adapter of several with weights w<sub>i</sub>.
 *
 * <p>The first three are for LoRA, with D<sub>i</sub> = s<sub>i</sub> B<sub>i</sub> A<sub>i</sub>
 * what an adapter adds to a weight. Ranks and adapted modules may differ; an adapter adds nothing
 * to a module that it does not adapt.
 */
public final class Combination {

    /** The ways to combine adapters. */
    enum Kind {
        LINEAR,
        CAT,
        SVD,
        GEODESIC
    }

    private final Kind kind;
    private final int rank;

    private Combination(Kind kind, int rank) {
        this.kind = kind;
        this.rank = rank;
    }

    /**
     * Adds the matrices A and the matrices B, of equal ranks: A = &sum; &radic;|w<sub>i</sub>
     * s<sub>i</sub>| A<sub>i</sub>, B = &sum; sgn(w<sub>i</sub>) &radic;|w<sub>i</sub>
     * s<sub>i</sub>| B<sub>i</sub>. That is small and quick, but B A has, besides &sum;
     * w<sub>i</sub> D<sub>i</sub>, the products of each B with every other A. For positive weights
     * it is what PEFT computes, which fails for negative ones.
     */
    public static Combination linear() {
        return new Combination(Kind.LINEAR, 0);
    }

    /**
     * Joins the rows of all A and the columns of all B: exactly &sum; w<sub>i</sub> D<sub>i</sub>,
     * with the sum of the ranks as rank.
     */
    public static Combination cat() {
        return new Combination(Kind.CAT, 0);
    }

    /**
     * Takes the matrix of a rank that is nearest to &sum; w<sub>i</sub> D<sub>i</sub>, by its
     * singular values. PEFT 0.17.1 multiplies with s<sub>i</sub> twice here; this does not.
     *
     * @param rank the rank; of a module whose weight has a smaller side, that side
     * @throws IllegalArgumentException if the rank is not positive
     */
    public static Combination svd(int rank) {
        return new Combination(Kind.SVD, AdapterAlgebra.requireRank(rank));
    }

    /**
     * Interpolates orthogonal adapters of one method, equal options and targets (compound, OFT and
     * BOFT with exactly orthogonal maps) along their group: every matrix Q that is made of
     * trainable parameters gets the logarithm &sum; w<sub>i</sub> log Q<sub>i</sub>. The result is
     * orthogonal again. Of one adapter, weight 1 gives itself, 0 the identity, -1 the inverse and
     * 1/2 a root of every Q. Trained factors of the outputs become 1 + &sum; w<sub>i</sub>
     * (s<sub>i</sub> - 1). Where several Q follow one another (chains, butterfly factors), each
     * goes its own way.
     */
    public static Combination geodesic() {
        return new Combination(Kind.GEODESIC, 0);
    }

    Kind kind() {
        return kind;
    }

    int rank() {
        return rank;
    }

    /** Returns the lower-case name, with the rank if it has one. */
    @Override
    public String toString() {
        String name = kind.name().toLowerCase(Locale.ROOT);
        return kind == Kind.SVD ? name + "(" + rank + ")" : name;
    }
}
