/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lora;

import java.util.List;
import java.util.stream.IntStream;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.budget.Layout;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;

/** The method LoRA. */
@Internal
public final class LoraMethod {

    /** The rate for few steps, with a small alpha, of layers that are not wide. */
    private static final double FULL_RATE = 4e-3;

    private static final double FULL_RATE_SCALE = 8;

    private static final double FULL_RATE_STEPS = 20;

    private static final double FULL_RATE_WIDTH = 1_536;

    private static final float OF_OTHER_BEGINNINGS = 1e-3f;

    /** Larger ranks seldom give better adapters. */
    private static final int LARGEST_RANK = 64;

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "lora",
                    settings(),
                    new LoraFormat(),
                    LoraMethod::learningRate,
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

    /**
     * A step of Adam changes B by about the rate, and what is added by about the scaling times the
     * rank as much; once A has moved too, wide inputs move it further, but those of an embedding,
     * of which one is 1 at a time. For layers of up to 1,536 inputs, alphas of 8 to 32, and 20 to
     * 550 steps the rate is the best one on held-out data or down to half of it, since with the
     * best one some seeds learned nothing; wider layers get less by the same rule. Other beginnings
     * of A were not measured, and have a lower rate.
     */
    private static float learningRate(AdapterConfig config, List<WeightSpec> weights, int steps) {
        LoraConfig lora = (LoraConfig) config;
        if (lora.init() != LoraInit.DEFAULT) {
            return OF_OTHER_BEGINNINGS;
        }
        double scale = weights.stream().mapToDouble(w -> scale(lora, w.path())).max().orElse(1);
        double width =
                weights.stream()
                        .filter(weight -> weight.kind() != WeightSpec.Kind.EMBEDDING)
                        .mapToInt(WeightSpec::inputs)
                        .max()
                        .orElse(1);
        return (float)
                (FULL_RATE
                        * Math.cbrt(Math.min(1, FULL_RATE_STEPS / steps))
                        * Math.sqrt(Math.min(1, FULL_RATE_SCALE / scale))
                        * Math.sqrt(Math.min(1, FULL_RATE_WIDTH / width)));
    }

    /** Returns the scaling times the rank, which is alpha but with rsLoRA. */
    private static double scale(LoraConfig lora, String path) {
        return lora.scaling(path) * lora.rank(path);
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
