/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.boft;

import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.adapter.orthogonal.RotationOptions;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;

/** The method BOFT. */
@Internal
public final class BoftMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "boft",
                    settings(),
                    new BoftFormat(),
                    LearningRate.fixed(4e-3f),
                    0xCC79A7,
                    Budget.of("--block-size", 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
                            .deciding("--blocks"));

    private BoftMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                BoftConfig::builder,
                RotationOptions.BLOCKS,
                RotationOptions.blockSize(BoftConfig.DEFAULT_BLOCK_SIZE),
                Argument.value(BoftConfig.FACTORS, "--factors", "N", "number of butterfly factors"),
                Argument.value(
                        BoftConfig.DROPOUT,
                        "--dropout",
                        "P",
                        "share of the blocks that are dropped"));
    }
}
