/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.randlora;

import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;

/** The method RandLoRA. */
@Internal
public final class RandLoraMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "randlora",
                    settings(),
                    new RandLoraFormat(),
                    LearningRate.fixed(1e-3f),
                    0x88CCEE,
                    // a smaller rank trains more
                    Budget.of("--rank", 128, 96, 64, 48, 32, 24, 16, 12, 8, 6, 4));

    private RandLoraMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                RandLoraConfig::builder,
                CommonOptions.rank(
                        RandLoraConfig.DEFAULT_RANK,
                        "rank of each random matrix: a smaller one trains more"),
                Argument.value(
                        RandLoraConfig.ALPHA,
                        "--alpha",
                        "A",
                        "the update is scaled by alpha / rank"),
                CommonOptions.dropout());
    }
}
