/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import java.util.Locale;
import org.djladapters.io.Names;

/**
 * The end of the Neumann series of {@link OrthogonalMap#NEUMANN}. Both sums approximate the
 * transpose of the Cayley transform, (I + S)(I - S)<sup>-1</sup>; for the same S they give
 * different matrices, so a checkpoint has to say of which it is.
 */
public enum NeumannSeries {
    /**
     * I + 2S + 2S<sup>2</sup> + ... + 2S<sup>t-1</sup>, the first t terms as they are. OFT of PEFT
     * up to 0.17, and compound adapters.
     */
    LAST_TWICE,

    /**
     * I + 2S + ... + 2S<sup>t-2</sup> + S<sup>t-1</sup>, the mean of the sums of t and of t - 1
     * terms: the last term counts once. OFT of PEFT since 0.18. As there, 3 terms are those of 4,
     * and 2 terms are I + 2S.
     */
    LAST_ONCE;

    /** The largest number of terms; more change nothing where the series converges. */
    public static final int MAX_TERMS = 1000;

    /**
     * Returns the number of terms that are summed.
     *
     * @param terms the number that is set
     * @return that number, but 4 where 3 have no sum of their own
     */
    public int summed(int terms) {
        return this == LAST_ONCE && terms == 3 ? 4 : terms;
    }

    /**
     * Tells whether the last term counts once.
     *
     * @param terms the number of terms that is set
     * @return false where it counts twice, as with 2 terms in either series
     */
    public boolean endsOnce(int terms) {
        return this == LAST_ONCE && terms > 2;
    }

    /**
     * Finds a series by its name on the command line.
     *
     * @param name {@code last-twice} or {@code last-once}
     */
    public static NeumannSeries of(String name) {
        return Names.parse(NeumannSeries.class, "Neumann series", name);
    }

    /** Returns the lower-case name. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
