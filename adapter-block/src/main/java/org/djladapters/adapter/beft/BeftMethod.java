/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.beft;

import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;

/** The method BEFT. */
@Internal
public final class BeftMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "beft",
                    settings(),
                    new BeftFormat(),
                    LearningRate.fixed(1e-2f),
                    0xAA4499,
                    Budget.PLACES);

    private BeftMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(BeftConfig::builder);
    }
}
