/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.oft;

import java.util.Map;
import org.djladapters.adapter.MethodDescriptor;
import org.djladapters.adapter.MethodDescriptor.LearningRate;
import org.djladapters.adapter.MethodOption;
import org.djladapters.adapter.MethodSettings;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.orthogonal.RotationOptions;
import org.djladapters.io.Internal;
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
        return MethodSettings.builder(OftConfig::builder)
                .add(RotationOptions.BLOCKS, OftConfig.Builder::optBlocks)
                .add(
                        RotationOptions.blockSize(OftConfig.DEFAULT_BLOCK_SIZE),
                        OftConfig.Builder::optBlockSize)
                .add(RotationOptions.SHARED, OftConfig.Builder::optShared)
                .add(RotationOptions.map("cayley or neumann"), OftConfig.Builder::optMap)
                .add(
                        MethodOption.word(
                                        SERIES,
                                        "SERIES",
                                        NeumannSeries.class,
                                        NeumannSeries::of,
                                        "the last term of the Neumann series counts last-once, as"
                                                + " in PEFT since 0.18, or last-twice, as in PEFT"
                                                + " before 0.18 and in compound")
                                .withDefault(NeumannSeries.LAST_ONCE),
                        OftConfig.Builder::optSeries)
                .add(RotationOptions.TERMS, OftConfig.Builder::optTerms)
                .add(
                        MethodOption.value(
                                        "--constrained",
                                        "EPS",
                                        Double.class,
                                        "bound on how far the rotations may move from the"
                                                + " identity")
                                .withDefault("no bound"),
                        OftConfig.Builder::optConstrained)
                .add(RotationOptions.MODULE_DROPOUT, OftConfig.Builder::optModuleDropout)
                .optCheck(OftMethod::check)
                .build();
    }

    private static void check(Map<String, ?> values) {
        if (values.containsKey(SERIES) && values.get("--map") != OrthogonalMap.NEUMANN) {
            throw new IllegalArgumentException(
                    "Only the map neumann has a series; add --map neumann or leave out --series");
        }
    }
}
