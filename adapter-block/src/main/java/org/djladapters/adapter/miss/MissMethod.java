/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.miss;

import java.util.stream.IntStream;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;

/** The method MiSS. */
@Internal
public final class MissMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "miss",
                    settings(),
                    new MissFormat(),
                    LearningRate.fixed(5e-3f),
                    0x117733,
                    Budget.of("--rank", IntStream.rangeClosed(1, 128).toArray()));

    private MissMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                MissConfig::builder,
                CommonOptions.rank(
                        MissConfig.DEFAULT_RANK,
                        "number of groups of inputs that share what they add"),
                Argument.value(
                                MissConfig.MINI,
                                "--mini-rank",
                                "N",
                                "outputs at this distance share what they add, a divisor of their"
                                        + " number")
                        .withDefault("none share"),
                CommonOptions.dropout());
    }
}
