/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lora;

import java.util.stream.IntStream;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.budget.Layout;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;

/** The method LoRA. */
@Internal
public final class LoraMethod {

    /** Larger ranks seldom give better adapters. */
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

    /**
     * Returns the layouts to choose from; among them are the targets that are usual for the model.
     */
    private static Budget budget() {
        Layout usual = Layout.of(Targets.byModelType());
        return Budget.of("--rank", IntStream.rangeClosed(1, LARGEST_RANK).toArray())
                .with(IntStream.rangeClosed(1, 3).mapToObj(r -> usual.with("--rank", r)).toList())
                .deciding("--rank-pattern");
    }

    private static MethodSettings settings() {
        return MethodSettings.of(
                LoraConfig::builder,
                CommonOptions.rank(LoraConfig.DEFAULT_RANK, "rank of the update"),
                CommonOptions.alpha(),
                Argument.flag(LoraConfig.RS_LORA, "--rslora", "scale by alpha / sqrt(rank)"),
                Argument.flag(
                        LoraConfig.DORA, "--dora", "train the norms of the weight rows as well"),
                Argument.value(
                        LoraConfig.INIT,
                        "--init",
                        "INIT",
                        "how the matrices start, one of default, gaussian, random, pissa, olora"),
                Argument.value(
                        LoraConfig.PLUS_RATIO,
                        "--lora-plus",
                        "RATIO",
                        "how many times the learning rate of A is that of B, such as 16"),
                Argument.flag(
                        LoraConfig.LORA_BIAS,
                        "--lora-bias",
                        "train a change of the biases as well"),
                CommonOptions.rankPattern(),
                CommonOptions.alphaPattern(),
                CommonOptions.dropout());
    }
}
