/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.loraxs;

import java.util.stream.IntStream;
import org.djladapters.adapter.MethodDescriptor;
import org.djladapters.adapter.MethodDescriptor.LearningRate;
import org.djladapters.adapter.MethodOption;
import org.djladapters.adapter.MethodSettings;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.io.Internal;

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
        return MethodSettings.builder(LoraXsConfig::builder)
                .add(
                        MethodOption.value(
                                        "--rank", "R", Integer.class, "number of singular vectors")
                                .withDefault(LoraXsConfig.DEFAULT_RANK),
                        LoraXsConfig.Builder::optRank)
                .add(
                        MethodOption.value(
                                        "--alpha",
                                        "A",
                                        Double.class,
                                        "the update is scaled by alpha / rank")
                                .withDefault((int) LoraXsConfig.DEFAULT_ALPHA),
                        LoraXsConfig.Builder::optAlpha)
                .add(
                        MethodOption.value(
                                        "--dropout",
                                        "P",
                                        Double.class,
                                        "probability that an input of the update is dropped in a"
                                                + " training step")
                                .withDefault(0),
                        LoraXsConfig.Builder::optDropout)
                .build();
    }
}
