/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.psoft;

import java.util.Map;
import java.util.stream.IntStream;
import org.djladapters.adapter.MethodArgument;
import org.djladapters.adapter.MethodDescriptor;
import org.djladapters.adapter.MethodDescriptor.LearningRate;
import org.djladapters.adapter.MethodSettings;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.orthogonal.RotationOptions;
import org.djladapters.io.Internal;
import org.djladapters.rotation.OrthogonalMap;

/** The method PSOFT. */
@Internal
public final class PsoftMethod {

    /** More than this is no small adapter any more. */
    private static final int LARGEST_RANK = 256;

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "psoft",
                    settings(),
                    new PsoftFormat(),
                    LearningRate.fixed(1e-3f),
                    0x35978F,
                    Budget.of("--rank", IntStream.rangeClosed(2, LARGEST_RANK).toArray()));

    private static final String BOUND = "--constrained";

    private PsoftMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                        PsoftConfig::builder,
                        MethodArgument.rank(PsoftConfig.DEFAULT_RANK, "number of singular vectors"),
                        RotationOptions.map(PsoftConfig.MAP, "cayley or neumann"),
                        RotationOptions.terms(PsoftConfig.TERMS),
                        MethodArgument.value(
                                        PsoftConfig.BOUND,
                                        BOUND,
                                        "EPS",
                                        "bound on the norm of the skew matrix of a Neumann series")
                                .withDefault("no bound"),
                        MethodArgument.flag(
                                PsoftConfig.MAP,
                                OrthogonalMap.MATRIX,
                                RotationOptions.FREE,
                                "train a matrix that need not be orthogonal"),
                        MethodArgument.flag(
                                PsoftConfig.SYMMETRIC,
                                "--even-split",
                                "put the roots of the singular values on either side"),
                        MethodArgument.flag(
                                PsoftConfig.OUTER_SCALE,
                                false,
                                "--no-outer-scale",
                                "train no factors behind the rotation"),
                        MethodArgument.flag(
                                PsoftConfig.INNER_SCALE,
                                false,
                                "--no-inner-scale",
                                "train no factors before the rotation"),
                        MethodArgument.dropout())
                .checked(PsoftMethod::check);
    }

    private static void check(Map<String, ?> values) {
        RotationOptions.requireMapOrFree(values);
        if (values.containsKey(BOUND) && values.get("--map") != OrthogonalMap.NEUMANN) {
            throw new IllegalArgumentException(
                    "Only the map neumann has a bound in psoft; add --map neumann or leave out "
                            + BOUND);
        }
    }
}
