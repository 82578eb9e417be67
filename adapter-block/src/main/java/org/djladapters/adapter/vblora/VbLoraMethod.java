/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.vblora;

import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;

/** The method VB-LoRA. */
@Internal
public final class VbLoraMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "vblora",
                    settings(),
                    new VbLoraFormat(),
                    LearningRate.fixed(1e-2f),
                    0x44AA99,
                    Budget.PLACES);

    private VbLoraMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                VbLoraConfig::builder,
                CommonOptions.rank(VbLoraConfig.DEFAULT_RANK, "rank of the update"),
                Argument.value(
                        VbLoraConfig.VECTORS, "--vectors", "N", "number of vectors in the bank"),
                Argument.value(
                                VbLoraConfig.LENGTH,
                                "--vector-length",
                                "N",
                                "length of the vectors in the bank, which divides the inputs and"
                                        + " the outputs")
                        .withDefault("the largest up to 256 that fits"),
                Argument.value(
                        VbLoraConfig.TOP, "--top", "K", "how many vectors a part of a row mixes"),
                CommonOptions.dropout());
    }
}
