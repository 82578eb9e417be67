/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

import java.util.List;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.ModulePatterns;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.adapter.orthogonal.RotationOptions;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.OrthogonalMap;

/** The method of compound adapters. */
@Internal
public final class CompoundMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "compound",
                    settings(),
                    new CompoundFormat(),
                    CompoundMethod::learningRate,
                    0x0072B2,
                    CompoundBudget.BUDGET);

    private static final double LARGEST_RATE = 1e-2;

    private CompoundMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.of(
                        CompoundConfig::builder,
                        Argument.list(
                                        CompoundOptions.ORDERS,
                                        "--orders",
                                        "K",
                                        Integer.class,
                                        "orders of the compound matrices in a block")
                                .withDefault("1,2,3"),
                        RotationOptions.BLOCKS,
                        RotationOptions.blockSize(CompoundConfig.DEFAULT_BLOCK_SIZE),
                        Argument.value(
                                CompoundOptions.BASIS,
                                "--basis",
                                "BASIS",
                                "what is rotated: standard, the outputs of a layer, or singular,"
                                        + " the left singular vectors of its weight"),
                        Argument.value(
                                        CompoundOptions.DIRECTIONS,
                                        "--directions",
                                        "N",
                                        "number of singular vectors that are divided into blocks,"
                                                + " those of the largest singular values")
                                .withDefault("all"),
                        Argument.map(
                                CompoundOptions.ORDERS_PATTERN,
                                "--orders-pattern",
                                "MODULE=K+K",
                                String.class,
                                "other orders, such as 1+2, for modules whose paths end with these"
                                        + " names",
                                Orders::parse),
                        Argument.map(
                                CompoundOptions.BLOCK_SIZE_PATTERN,
                                "--block-size-pattern",
                                "MODULE=B",
                                Integer.class,
                                "other block sizes for modules whose paths end with these names",
                                ModulePatterns::of),
                        Argument.flag(
                                CompoundOptions.SCALING,
                                "--scaling",
                                "train a factor for every output feature as well"),
                        Argument.value(
                                CompoundOptions.CHAIN,
                                "--chain",
                                "N",
                                "number of rotations applied one after another"),
                        Argument.flag(
                                CompoundOptions.ADDED,
                                "--added",
                                "add the rotations of a chain instead of multiplying them"),
                        Argument.flag(
                                CompoundOptions.OFFSETS,
                                "--offsets",
                                "shift the blocks of every rotation of a chain against those of"
                                        + " the one before"),
                        Argument.flag(
                                CompoundOptions.STRIDED,
                                "--strided",
                                "have a block gather coordinates at equal distances, such as one of"
                                        + " each head, instead of neighbours"),
                        Argument.flag(
                                CompoundOptions.GAINS,
                                "--gains",
                                "train a gain for every coordinate of the orthogonal matrix of a"
                                        + " block as well"),
                        Argument.word(
                                CompoundOptions.SIDE,
                                "--side",
                                "SIDE",
                                "what of a layer is rotated, output, input or both",
                                RotatedSide::of),
                        RotationOptions.shared(CompoundOptions.SHARED),
                        RotationOptions.map(
                                CompoundOptions.MAP, "cayley, neumann, exponential or givens"),
                        RotationOptions.terms(CompoundOptions.TERMS),
                        Argument.word(
                                CompoundOptions.RULE,
                                "--entry",
                                "RULE",
                                "how entries of higher orders are computed, comp (determinant),"
                                        + " max, avg or perm (permanent)",
                                EntryRule::of),
                        Argument.flag(
                                CompoundOptions.MAP,
                                OrthogonalMap.MATRIX,
                                RotationOptions.FREE,
                                "train full matrices that are not kept orthogonal"),
                        RotationOptions.MODULE_DROPOUT)
                .checked(RotationOptions::requireMapOrFree);
    }

    /**
     * A step of Adam changes every entry of S by about the rate, Q by up to n times and
     * C<sub>k</sub>(Q) by up to n k times as much. The factors fit what was chosen on held-out data
     * for n from 2 to 128 and orders up to 3.
     */
    private static float learningRate(AdapterConfig config, List<WeightSpec> weights, int steps) {
        CompoundConfig compound = (CompoundConfig) config;
        int reach =
                weights.stream()
                        .flatMap(weight -> compound.layouts(weight).stream())
                        .mapToInt(CompoundMethod::reach)
                        .max()
                        .orElse(1);
        double factor = config.targets().isAllLinear() ? 0.096 : 0.15;
        return (float) Math.min(LARGEST_RATE, factor / reach);
    }

    private static int reach(CompoundLayout layout) {
        return layout.size() * layout.largestOrder();
    }
}
