/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.hra;

import java.util.stream.IntStream;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;

/** The method HRA. */
@Internal
public final class HraMethod {

    private static final int[] EVEN_RANKS =
            IntStream.rangeClosed(1, HraConfig.MAX_RANK / 2).map(half -> 2 * half).toArray();

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "hra",
                    settings(),
                    new HraFormat(),
                    LearningRate.fixed(2e-3f),
                    0x7B5EA7,
                    Budget.of("--rank", EVEN_RANKS));

    private HraMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                HraConfig::builder,
                Argument.value(
                        HraConfig.RANK, "--rank", "R", "number of reflections, which is even"));
    }
}
