/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.tinylora;

import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;

/** The method TinyLoRA. */
@Internal
public final class TinyLoraMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "tinylora",
                    settings(),
                    new TinyLoraFormat(),
                    LearningRate.fixed(1e-2f),
                    0xDDCC77,
                    Budget.of("--numbers", 1, 2, 4, 8, 16, 32, 64, 128, 256, 512));

    private TinyLoraMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                TinyLoraConfig::builder,
                CommonOptions.rank(
                        TinyLoraConfig.DEFAULT_RANK, "number of pairs of singular vectors"),
                Argument.value(
                        TinyLoraConfig.NUMBERS,
                        "--numbers",
                        "U",
                        "how many numbers train for a layer, or for layers that share them"),
                Argument.value(
                        TinyLoraConfig.TYING,
                        "--tying",
                        "SHARE",
                        "how much layers share: 0 if each has numbers of its own, 1 if all have the"
                                + " same"),
                CommonOptions.dropout());
    }
}
