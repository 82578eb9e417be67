/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import com.google.gson.annotations.SerializedName;
import java.util.List;

/**
 * How the learning rates of adapter and head are tuned together, for every task of its own. The
 * first seed tries all of a grid, which grows until its best rates are at no edge, the other seeds
 * the best rates of it.
 *
 * @param headRates the factors of the head's usual rate that are tried first
 * @param seeds the seeds of the trials
 */
public record JointTuning(@SerializedName("head_rates") List<Double> headRates, List<Long> seeds) {

    /** The only factor where the rate of the head is not tuned. */
    static final List<Double> USUAL_HEAD_RATE = List.of(1.0);

    /** Copies lists. */
    public JointTuning {
        headRates = headRates.stream().sorted().toList();
        seeds = List.copyOf(seeds);
    }

    /** Tells whether there is more than the usual rate of the head. */
    boolean tunesHead() {
        return !headRates.equals(USUAL_HEAD_RATE);
    }
}
