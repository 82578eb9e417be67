/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.delora;

import java.util.stream.IntStream;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;

/** The method DeLoRA. */
@Internal
public final class DeloraMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "delora",
                    settings(),
                    new DeloraFormat(),
                    LearningRate.fixed(3e-3f),
                    0x6699CC,
                    Budget.of("--rank", IntStream.rangeClosed(1, 64).toArray())
                            .deciding("--rank-pattern"));

    private DeloraMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                DeloraConfig::builder,
                CommonOptions.rank(DeloraConfig.DEFAULT_RANK, "rank of the update"),
                Argument.value(
                        DeloraConfig.BOUND,
                        "--bound",
                        "LAMBDA",
                        "what the length of the update starts with, relative to the weight"),
                CommonOptions.rankPattern(),
                CommonOptions.dropout());
    }
}
