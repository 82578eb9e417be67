/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lntuning;

import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;

/** The method LN tuning. */
@Internal
public final class LnTuningMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "lntuning",
                    MethodSettings.none(LnTuningConfig.all()),
                    new LnTuningFormat(),
                    LearningRate.fixed(5e-3f),
                    0x8C96C6);

    private LnTuningMethod() {}
}
