/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.oft;

import java.util.Map;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.adapter.orthogonal.RotationOptions;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;
import org.djladapters.rotation.NeumannSeries;
import org.djladapters.rotation.OrthogonalMap;

/** The method OFT. */
@Internal
public final class OftMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "oft",
                    settings(),
                    new OftFormat(),
                    LearningRate.fixed(1e-3f),
                    0x009E73,
                    Budget.of("--block-size", 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
                            .deciding("--blocks"));

    private static final String SERIES = "--series";

    private OftMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                        OftConfig::builder,
                        RotationOptions.BLOCKS,
                        RotationOptions.blockSize(OftConfig.DEFAULT_BLOCK_SIZE),
                        RotationOptions.shared(OftConfig.SHARED),
                        RotationOptions.map(OftConfig.MAP, "cayley or neumann"),
                        Argument.word(
                                OftConfig.SERIES,
                                SERIES,
                                "SERIES",
                                "the last term of the Neumann series counts last-once, as in PEFT"
                                        + " since 0.18, or last-twice, as in PEFT before 0.18 and"
                                        + " in compound",
                                NeumannSeries::of),
                        RotationOptions.terms(OftConfig.TERMS),
                        Argument.value(
                                        OftConfig.BOUND,
                                        "--constrained",
                                        "EPS",
                                        "bound on how far the rotations may move from the identity")
                                .withDefault("no bound"),
                        RotationOptions.MODULE_DROPOUT)
                .checked(OftMethod::check);
    }

    private static void check(Map<String, ?> values) {
        if (values.containsKey(SERIES) && values.get("--map") != OrthogonalMap.NEUMANN) {
            throw new IllegalArgumentException(
                    "Only the map neumann has a series; add --map neumann or leave out --series");
        }
    }
}
