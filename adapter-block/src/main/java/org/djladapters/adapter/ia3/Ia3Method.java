/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.ia3;

import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;

/** The method IA3. */
@Internal
public final class Ia3Method {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "ia3",
                    settings(),
                    new Ia3Format(),
                    LearningRate.fixed(4e-2f),
                    0x56B4E9,
                    Budget.PLACES);

    private Ia3Method() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                Ia3Config::builder,
                Argument.list(
                                Ia3Config.FEEDFORWARD,
                                "--feedforward",
                                "NAME",
                                String.class,
                                "modules whose inputs are scaled instead of their outputs",
                                Ia3Config::named)
                        .withDefault("none"));
    }
}
