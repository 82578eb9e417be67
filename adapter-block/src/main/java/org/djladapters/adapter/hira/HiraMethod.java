/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.hira;

import java.util.stream.IntStream;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;

/** The method HiRA. */
@Internal
public final class HiraMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "hira",
                    settings(),
                    new HiraFormat(),
                    LearningRate.fixed(5e-3f),
                    0xB15928,
                    Budget.of("--rank", IntStream.rangeClosed(1, 64).toArray())
                            .deciding("--rank-pattern"));

    private HiraMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                HiraConfig::builder,
                CommonOptions.rank(
                        HiraConfig.DEFAULT_RANK, "rank of what the weight is multiplied by"),
                CommonOptions.rankPattern());
    }
}
