/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.deft;

import java.util.stream.IntStream;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;

/** The method DEFT. */
@Internal
public final class DeftMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "deft",
                    settings(),
                    new DeftFormat(),
                    LearningRate.fixed(1e-3f),
                    0xCAB2D6,
                    Budget.of("--rank", IntStream.rangeClosed(1, 64).toArray()));

    private DeftMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                DeftConfig::builder,
                CommonOptions.rank(
                        DeftConfig.DEFAULT_RANK, "number of directions that are replaced"),
                Argument.flag(
                        DeftConfig.ORTHOGONAL, "--orthogonal", "replace orthonormal directions"),
                CommonOptions.dropout());
    }
}
