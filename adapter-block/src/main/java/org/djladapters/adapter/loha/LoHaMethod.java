/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.loha;

import java.util.stream.IntStream;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.LycorisConfig;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;

/** The method LoHa. */
@Internal
public final class LoHaMethod {

    /** Larger ranks seldom give better adapters. */
    private static final int LARGEST_RANK = 32;

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "loha",
                    settings(),
                    new LoHaFormat(),
                    LearningRate.fixed(5e-3f),
                    0x66A61E,
                    Budget.of("--rank", IntStream.rangeClosed(1, LARGEST_RANK).toArray())
                            .deciding("--rank-pattern"));

    private LoHaMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                LoHaConfig::builder,
                CommonOptions.rank(LycorisConfig.DEFAULT_RANK, "rank of the two matrices"),
                CommonOptions.alpha(),
                CommonOptions.rankPattern(),
                CommonOptions.alphaPattern(),
                CommonOptions.effective());
    }
}
