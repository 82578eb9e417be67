/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.gralora;

import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;

/** The method GraLoRA. */
@Internal
public final class GraloraMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "gralora",
                    settings(),
                    new GraloraFormat(),
                    LearningRate.fixed(1e-3f),
                    0x661100,
                    Budget.of("--rank", 2, 4, 6, 8, 12, 16, 24, 32, 48, 64));

    private GraloraMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                GraloraConfig::builder,
                CommonOptions.rank(
                        GraloraConfig.DEFAULT_RANK, "rank that the blocks of the update share"),
                Argument.value(
                        GraloraConfig.PARTS,
                        "--parts",
                        "K",
                        "into how many parts inputs and outputs are cut"),
                Argument.value(
                        GraloraConfig.WHOLE,
                        "--whole-rank",
                        "H",
                        "rank of an update of the whole weight beside"),
                Argument.value(
                        GraloraConfig.ALPHA,
                        "--alpha",
                        "A",
                        "the update is scaled by alpha / (rank + whole rank)"),
                CommonOptions.dropout());
    }
}
