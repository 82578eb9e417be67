/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.baseline;

import java.util.List;
import org.djladapters.adapter.baseline.BaselineConfig.Trained;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;

/** The methods that adapt no weights, with which others are compared. */
@Internal
public final class BaselineMethods {

    /** Only the task head. */
    public static final MethodDescriptor HEAD = descriptor(Trained.HEAD, 5e-3f, 0x777777);

    /** All weights. */
    public static final MethodDescriptor FULL = descriptor(Trained.FULL, 5e-5f, 0x222222);

    /** All biases. */
    public static final MethodDescriptor BITFIT = descriptor(Trained.BITFIT, 5e-3f, 0x8C6D31);

    private BaselineMethods() {}

    private static MethodDescriptor descriptor(Trained trained, float rate, int color) {
        BaselineConfig config = new BaselineConfig(trained, List.of());
        return new MethodDescriptor(
                config.method(),
                MethodSettings.none(config),
                new BaselineFormat(trained),
                LearningRate.fixed(rate),
                color);
    }
}
