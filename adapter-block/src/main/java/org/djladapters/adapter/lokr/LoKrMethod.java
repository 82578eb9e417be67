/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lokr;

import java.util.stream.IntStream;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.LycorisConfig;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;

/** The method LoKr. */
@Internal
public final class LoKrMethod {

    /** Of MiniLM's layers the larger matrix is whole from there on. */
    private static final int LARGEST_RANK = 24;

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "lokr",
                    settings(),
                    new LoKrFormat(),
                    LearningRate.fixed(5e-3f),
                    0x1B9E77,
                    Budget.of("--rank", IntStream.rangeClosed(1, LARGEST_RANK).toArray())
                            .deciding("--rank-pattern"));

    private LoKrMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                LoKrConfig::builder,
                CommonOptions.rank(LycorisConfig.DEFAULT_RANK, "rank of the larger matrix"),
                CommonOptions.alpha(),
                CommonOptions.rankPattern(),
                CommonOptions.alphaPattern(),
                Argument.flag(
                        LoKrConfig.BOTH,
                        "--decompose-both",
                        "factor the smaller matrix as well where the rank is small enough"),
                Argument.value(
                                LoKrConfig.FACTOR,
                                "--factor",
                                "N",
                                "size of the smaller matrix's sides, if it divides those of the"
                                        + " layer")
                        .withDefault("near the square roots of the layer's sides"),
                CommonOptions.effective());
    }
}
