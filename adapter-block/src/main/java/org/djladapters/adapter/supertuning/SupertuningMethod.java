/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.supertuning;

import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;

/** The method SuperTuning. */
@Internal
public final class SupertuningMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "supertuning",
                    settings(),
                    new SupertuningFormat(),
                    LearningRate.fixed(1e-3f),
                    0xFB9A99,
                    Budget.PLACES);

    private SupertuningMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                SupertuningConfig::builder,
                Argument.value(
                        SupertuningConfig.SPARSITY,
                        "--sparsity",
                        "SHARE",
                        "share of a layer's entries that do not train"),
                Argument.flag(
                        SupertuningConfig.SMALLEST,
                        "--smallest",
                        "train the smallest entries in place of the largest"));
    }
}
