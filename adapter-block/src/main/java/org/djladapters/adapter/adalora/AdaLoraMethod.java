/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.adalora;

import java.util.stream.IntStream;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;

/** The method AdaLoRA. */
@Internal
public final class AdaLoraMethod {

    /** Larger ranks seldom give better adapters. */
    private static final int LARGEST_RANK = 64;

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "adalora",
                    settings(),
                    new AdaLoraFormat(),
                    LearningRate.fixed(5e-3f),
                    0xA6761D,
                    Budget.of("--rank", IntStream.rangeClosed(1, LARGEST_RANK).toArray()));

    private AdaLoraMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                AdaLoraConfig::builder,
                CommonOptions.rank(AdaLoraConfig.DEFAULT_RANK, "rank of the update"),
                CommonOptions.alpha(),
                CommonOptions.dropout());
    }
}
