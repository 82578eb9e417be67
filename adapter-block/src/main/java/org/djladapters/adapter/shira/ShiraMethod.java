/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.shira;

import java.util.stream.IntStream;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;

/** The method SHiRA. */
@Internal
public final class ShiraMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "shira",
                    settings(),
                    new ShiraFormat(),
                    LearningRate.fixed(5e-3f),
                    0xE7298A,
                    Budget.of("--rank", IntStream.rangeClosed(1, 64).toArray()));

    private ShiraMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                ShiraConfig::builder,
                CommonOptions.rank(
                        ShiraConfig.DEFAULT_RANK,
                        "as many entries train as a low-rank update of this rank has parameters"));
    }
}
