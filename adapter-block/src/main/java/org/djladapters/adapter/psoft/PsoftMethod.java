/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.psoft;

import java.util.Map;
import java.util.stream.IntStream;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.adapter.orthogonal.RotationOptions;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;
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
                        CommonOptions.rank(PsoftConfig.DEFAULT_RANK, "number of singular vectors"),
                        RotationOptions.map(PsoftConfig.MAP, "cayley or neumann"),
                        RotationOptions.terms(PsoftConfig.TERMS),
                        Argument.value(
                                        PsoftConfig.BOUND,
                                        BOUND,
                                        "EPS",
                                        "bound on the norm of the skew matrix of a Neumann series")
                                .withDefault("no bound"),
                        Argument.flag(
                                PsoftConfig.MAP,
                                OrthogonalMap.MATRIX,
                                RotationOptions.FREE,
                                "train a matrix that need not be orthogonal"),
                        Argument.flag(
                                PsoftConfig.SYMMETRIC,
                                "--even-split",
                                "put the roots of the singular values on either side"),
                        Argument.flag(
                                PsoftConfig.OUTER_SCALE,
                                false,
                                "--no-outer-scale",
                                "train no factors behind the rotation"),
                        Argument.flag(
                                PsoftConfig.INNER_SCALE,
                                false,
                                "--no-inner-scale",
                                "train no factors before the rotation"),
                        CommonOptions.dropout())
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
