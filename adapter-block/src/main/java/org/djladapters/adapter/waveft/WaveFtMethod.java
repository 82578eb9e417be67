/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.waveft;

import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;

/** The method WaveFT. */
@Internal
public final class WaveFtMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "waveft",
                    settings(),
                    new WaveFtFormat(),
                    LearningRate.fixed(1e-3f),
                    0x9E9AC8,
                    Budget.of("--frequencies", 16, 32, 64, 128, 256, 512, 1024, 2592, 5184));

    private WaveFtMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                WaveFtConfig::builder,
                CommonOptions.frequencies(2592, "wavelet"),
                CommonOptions.updateScaling(25),
                Argument.flag(
                        WaveFtConfig.PROPORTIONAL,
                        "--proportional",
                        "share the coefficients out by the sizes of the weights"));
    }
}
