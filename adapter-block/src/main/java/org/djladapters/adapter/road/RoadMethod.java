/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.road;

import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;

/** The method RoAd. */
@Internal
public final class RoadMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "road",
                    settings(),
                    new RoadFormat(),
                    LearningRate.fixed(2e-2f),
                    0x999933,
                    Budget.PLACES);

    private RoadMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                RoadConfig::builder,
                Argument.value(
                        RoadConfig.VARIANT,
                        "--variant",
                        "V",
                        "road_1, road_2 or road_4: one, two or four parameters for every output"),
                Argument.value(
                        RoadConfig.GROUP_SIZE,
                        "--group-size",
                        "N",
                        "outputs are paired half a group apart"));
    }
}
