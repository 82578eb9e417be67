/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.vera;

import org.djladapters.adapter.MethodDescriptor;
import org.djladapters.adapter.MethodDescriptor.LearningRate;
import org.djladapters.adapter.MethodOption;
import org.djladapters.adapter.MethodSettings;
import org.djladapters.io.Internal;

/** The method VeRA. */
@Internal
public final class VeraMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "vera", settings(), new VeraFormat(), LearningRate.fixed(5e-3f), 0xE69F00);

    private VeraMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.builder(VeraConfig::builder)
                .add(
                        MethodOption.value("--rank", "R", Integer.class, "rank of the update")
                                .withDefault(VeraConfig.DEFAULT_RANK),
                        VeraConfig.Builder::optRank)
                .add(
                        MethodOption.value(
                                        "--d-initial",
                                        "D",
                                        Double.class,
                                        "initial value of the inner factors")
                                .withDefault(VeraConfig.DEFAULT_INITIAL),
                        VeraConfig.Builder::optDInitial)
                .add(
                        MethodOption.value(
                                        "--dropout",
                                        "P",
                                        Double.class,
                                        "probability that an input of the update is dropped in a"
                                                + " training step")
                                .withDefault(0),
                        VeraConfig.Builder::optDropout)
                .build();
    }
}
