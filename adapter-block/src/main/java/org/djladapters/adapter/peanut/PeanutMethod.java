/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.peanut;

import java.util.stream.IntStream;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;

/** The method PEANuT. */
@Internal
public final class PeanutMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "peanut",
                    settings(),
                    new PeanutFormat(),
                    LearningRate.fixed(1e-3f),
                    0xB2DF8A,
                    Budget.of("--rank", IntStream.rangeClosed(1, 64).toArray()));

    private PeanutMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                PeanutConfig::builder,
                CommonOptions.rank(PeanutConfig.DEFAULT_RANK, "width of the network of the weight"),
                Argument.value(
                        PeanutConfig.DEPTH,
                        "--depth",
                        "N",
                        "number of encoders, and of decoders, in the network of the weight"));
    }
}
