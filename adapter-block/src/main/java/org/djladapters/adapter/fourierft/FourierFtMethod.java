/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.fourierft;

import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;

/** The method FourierFT. */
@Internal
public final class FourierFtMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "fourierft",
                    settings(),
                    new FourierFtFormat(),
                    LearningRate.fixed(5e-2f),
                    0x7570B3,
                    Budget.of("--frequencies", 16, 32, 64, 128, 256, 512, 1000, 2000, 4000));

    private FourierFtMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                FourierFtConfig::builder,
                CommonOptions.frequencies(1000, "Fourier"),
                CommonOptions.updateScaling(150));
    }
}
