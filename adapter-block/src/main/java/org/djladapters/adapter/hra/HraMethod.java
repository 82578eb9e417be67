/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.hra;

import java.util.List;
import java.util.stream.IntStream;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;

/** The method HRA. */
@Internal
public final class HraMethod {

    private static final int[] EVEN_RANKS =
            IntStream.rangeClosed(1, HraConfig.MAX_RANK / 2).map(half -> 2 * half).toArray();

    /** The rate for one pair of reflections. */
    private static final double RATE_OF_A_PAIR = 0.064;

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "hra",
                    settings(),
                    new HraFormat(),
                    HraMethod::learningRate,
                    0x7B5EA7,
                    Budget.of("--rank", EVEN_RANKS));

    private HraMethod() {}

    /**
     * A step of Adam moves elements by about the rate. They begin within &plusmn;&radic;(2/r), so
     * with r/2 pairs it turns each of them &radic;(r/2) times as far, and their turns add up.
     * Measured on held-out texts for r of 2 and 8.
     */
    private static float learningRate(AdapterConfig config, List<WeightSpec> weights, int steps) {
        return (float) (RATE_OF_A_PAIR * Math.pow(2.0 / ((HraConfig) config).rank(), 1.5));
    }

    private static MethodSettings settings() {
        return MethodSettings.of(
                HraConfig::builder,
                Argument.value(
                        HraConfig.RANK, "--rank", "R", "number of reflections, which is even"));
    }
}
