/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lora;

import java.util.stream.IntStream;
import org.djladapters.adapter.MethodDescriptor;
import org.djladapters.adapter.MethodDescriptor.LearningRate;
import org.djladapters.adapter.MethodOption;
import org.djladapters.adapter.MethodSettings;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.budget.Layout;
import org.djladapters.io.Internal;

/** The method LoRA. */
@Internal
public final class LoraMethod {

    /** More than this is seldom worth it. */
    private static final int LARGEST_RANK = 64;

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "lora",
                    settings(),
                    new LoraFormat(),
                    LearningRate.fixed(1e-3f),
                    0xD55E00,
                    budget());

    private LoraMethod() {}

    /** What is usual for the model, queries and values, is among the choices. */
    private static Budget budget() {
        Layout usual = Layout.of(Targets.byModelType());
        return Budget.of("--rank", IntStream.rangeClosed(1, LARGEST_RANK).toArray())
                .with(IntStream.rangeClosed(1, 3).mapToObj(r -> usual.with("--rank", r)).toList())
                .deciding("--rank-pattern");
    }

    private static MethodSettings settings() {
        return MethodSettings.builder(() -> LoraConfig.builder().setRank(LoraConfig.DEFAULT_RANK))
                .add(
                        MethodOption.value("--rank", "R", Integer.class, "rank of the update")
                                .withDefault(LoraConfig.DEFAULT_RANK),
                        LoraConfig.Builder::setRank)
                .add(
                        MethodOption.value(
                                        "--alpha",
                                        "A",
                                        Double.class,
                                        "the update is scaled by alpha / rank")
                                .withDefault(8),
                        LoraConfig.Builder::optAlpha)
                .add(
                        MethodOption.flag("--rslora", "scale by alpha / sqrt(rank)"),
                        LoraConfig.Builder::optRsLora)
                .add(
                        MethodOption.flag("--dora", "train the norms of the weight rows as well"),
                        LoraConfig.Builder::optDora)
                .add(
                        MethodOption.value(
                                        "--init",
                                        "INIT",
                                        LoraInit.class,
                                        "how the matrices start, one of default, gaussian, random,"
                                                + " pissa, olora")
                                .withDefault(LoraInit.DEFAULT),
                        LoraConfig.Builder::optInit)
                .add(
                        MethodOption.value(
                                        "--lora-plus",
                                        "RATIO",
                                        Double.class,
                                        "how many times the learning rate of A is that of B, such"
                                                + " as 16")
                                .withDefault(1),
                        LoraConfig.Builder::optPlusRatio)
                .add(
                        MethodOption.flag("--lora-bias", "train a change of the biases as well"),
                        LoraConfig.Builder::optLoraBias)
                .add(
                        MethodOption.map(
                                "--rank-pattern",
                                "MODULE=R",
                                Integer.class,
                                "other ranks for modules whose paths end with these names"),
                        LoraConfig.Builder::optRankPattern)
                .add(
                        MethodOption.map(
                                "--alpha-pattern",
                                "MODULE=A",
                                Double.class,
                                "other alphas for modules whose paths end with these names"),
                        LoraConfig.Builder::optAlphaPattern)
                .add(
                        MethodOption.value(
                                        "--dropout",
                                        "P",
                                        Double.class,
                                        "probability that an input of the update is dropped in a"
                                                + " training step")
                                .withDefault(0),
                        LoraConfig.Builder::optLoraDropout)
                .build();
    }
}
