/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.loraxs;

import java.util.stream.IntStream;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;

/** The method LoRA-XS. */
@Internal
public final class LoraXsMethod {

    /** More than this is no small adapter any more. */
    private static final int LARGEST_RANK = 256;

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "loraxs",
                    settings(),
                    new LoraXsFormat(),
                    LearningRate.fixed(2e-3f),
                    0x8C510A,
                    Budget.of("--rank", IntStream.rangeClosed(1, LARGEST_RANK).toArray()));

    private LoraXsMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                LoraXsConfig::builder,
                CommonOptions.rank(LoraXsConfig.DEFAULT_RANK, "number of singular vectors"),
                Argument.value(
                        LoraXsConfig.ALPHA, "--alpha", "A", "the update is scaled by alpha / rank"),
                CommonOptions.dropout());
    }
}
