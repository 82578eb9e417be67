/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.psoft;

import java.util.Map;
import java.util.stream.IntStream;
import org.djladapters.adapter.MethodDescriptor;
import org.djladapters.adapter.MethodDescriptor.LearningRate;
import org.djladapters.adapter.MethodOption;
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

    private static final String FREE = "--no-orthogonal";
    private static final String BOUND = "--constrained";

    private PsoftMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.builder(PsoftConfig::builder)
                .add(
                        MethodOption.value(
                                        "--rank", "R", Integer.class, "number of singular vectors")
                                .withDefault(PsoftConfig.DEFAULT_RANK),
                        PsoftConfig.Builder::optRank)
                .add(RotationOptions.map("cayley or neumann"), PsoftConfig.Builder::optMap)
                .add(RotationOptions.TERMS, PsoftConfig.Builder::optTerms)
                .add(
                        MethodOption.value(
                                        BOUND,
                                        "EPS",
                                        Double.class,
                                        "bound on the norm of the skew matrix of a Neumann series")
                                .withDefault("no bound"),
                        PsoftConfig.Builder::optConstrained)
                .add(
                        MethodOption.flag(FREE, "train a matrix that need not be orthogonal"),
                        (config, on) -> config.optMap(OrthogonalMap.MATRIX))
                .add(
                        MethodOption.flag(
                                "--even-split",
                                "put the roots of the singular values on either side"),
                        PsoftConfig.Builder::optSymmetric)
                .add(
                        MethodOption.flag(
                                "--no-outer-scale", "train no factors behind the rotation"),
                        (config, on) -> config.optOuterScale(!on))
                .add(
                        MethodOption.flag(
                                "--no-inner-scale", "train no factors before the rotation"),
                        (config, on) -> config.optInnerScale(!on))
                .add(
                        MethodOption.value(
                                        "--dropout",
                                        "P",
                                        Double.class,
                                        "probability that an input of the update is dropped in a"
                                                + " training step")
                                .withDefault(0),
                        PsoftConfig.Builder::optDropout)
                .optCheck(PsoftMethod::check)
                .build();
    }

    private static void check(Map<String, ?> values) {
        if (values.containsKey(FREE) && values.containsKey("--map")) {
            throw new IllegalArgumentException(
                    "A map makes orthogonal matrices; leave out --map or --no-orthogonal");
        }
        if (values.containsKey(BOUND) && values.get("--map") != OrthogonalMap.NEUMANN) {
            throw new IllegalArgumentException(
                    "Only the map neumann has a bound in psoft; add --map neumann or leave out "
                            + BOUND);
        }
    }
}
