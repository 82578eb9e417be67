/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.MethodDescriptor;
import org.djladapters.adapter.MethodOption;
import org.djladapters.adapter.MethodSettings;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.orthogonal.RotationOptions;
import org.djladapters.io.Internal;
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

    private static final String FREE = "--no-orthogonal";

    private CompoundMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.builder(() -> CompoundConfig.builder().setOrders(1, 2, 3))
                .add(
                        MethodOption.list(
                                        "--orders",
                                        "K",
                                        Integer.class,
                                        "orders of the compound matrices in a block")
                                .withDefault("1,2,3"),
                        (config, orders) ->
                                config.setOrders(
                                        orders.stream().mapToInt(Integer::intValue).toArray()))
                .add(RotationOptions.BLOCKS, CompoundConfig.Builder::optBlocks)
                .add(
                        RotationOptions.blockSize(CompoundConfig.DEFAULT_BLOCK_SIZE),
                        CompoundConfig.Builder::optBlockSize)
                .add(
                        MethodOption.value(
                                        "--basis",
                                        "BASIS",
                                        CompoundBasis.class,
                                        "what is rotated: standard, the outputs of a layer, or"
                                                + " singular, the left singular vectors of its"
                                                + " weight")
                                .withDefault(CompoundBasis.STANDARD),
                        CompoundConfig.Builder::optBasis)
                .add(
                        MethodOption.value(
                                        "--directions",
                                        "N",
                                        Integer.class,
                                        "number of singular vectors that are divided into blocks,"
                                                + " those of the largest singular values")
                                .withDefault("all"),
                        CompoundConfig.Builder::optDirections)
                .add(
                        MethodOption.map(
                                "--orders-pattern",
                                "MODULE=K+K",
                                String.class,
                                "other orders, such as 1+2, for modules whose paths end with these"
                                        + " names"),
                        (config, words) -> config.optOrdersPattern(Orders.parse(words)))
                .add(
                        MethodOption.map(
                                "--block-size-pattern",
                                "MODULE=B",
                                Integer.class,
                                "other block sizes for modules whose paths end with these names"),
                        CompoundConfig.Builder::optBlockSizePattern)
                .add(
                        MethodOption.flag(
                                "--scaling", "train a factor for every output feature as well"),
                        CompoundConfig.Builder::optScaling)
                .add(
                        MethodOption.value(
                                        "--chain",
                                        "N",
                                        Integer.class,
                                        "number of rotations applied one after another")
                                .withDefault(1),
                        CompoundConfig.Builder::optChain)
                .add(
                        MethodOption.flag(
                                "--added",
                                "add the rotations of a chain instead of multiplying them"),
                        CompoundConfig.Builder::optAdded)
                .add(
                        MethodOption.flag(
                                "--offsets",
                                "shift the blocks of every rotation of a chain against those of"
                                        + " the one before"),
                        CompoundConfig.Builder::optOffsets)
                .add(
                        MethodOption.flag(
                                "--strided",
                                "have a block gather coordinates at equal distances, such as one of"
                                        + " each head, instead of neighbours"),
                        CompoundConfig.Builder::optStrided)
                .add(
                        MethodOption.flag(
                                "--gains",
                                "train a gain for every coordinate of the orthogonal matrix of a"
                                        + " block as well"),
                        CompoundConfig.Builder::optGains)
                .add(
                        MethodOption.word(
                                        "--side",
                                        "SIDE",
                                        RotatedSide.class,
                                        RotatedSide::of,
                                        "what of a layer is rotated, output, input or both")
                                .withDefault(RotatedSide.OUTPUT),
                        CompoundConfig.Builder::optSide)
                .add(RotationOptions.SHARED, CompoundConfig.Builder::optShared)
                .add(
                        RotationOptions.map("cayley, neumann, exponential or givens"),
                        CompoundConfig.Builder::optMap)
                .add(RotationOptions.TERMS, CompoundConfig.Builder::optTerms)
                .add(
                        MethodOption.word(
                                        "--entry",
                                        "RULE",
                                        EntryRule.class,
                                        EntryRule::of,
                                        "how entries of higher orders are computed, comp"
                                                + " (determinant), max, avg or perm (permanent)")
                                .withDefault(EntryRule.DETERMINANT),
                        CompoundConfig.Builder::optRule)
                .add(
                        MethodOption.flag(FREE, "train full matrices that are not kept orthogonal"),
                        (config, free) -> config.optMap(OrthogonalMap.MATRIX))
                .add(RotationOptions.MODULE_DROPOUT, CompoundConfig.Builder::optModuleDropout)
                .optCheck(CompoundMethod::check)
                .build();
    }

    private static void check(Map<String, ?> values) {
        if (values.containsKey(FREE) && values.containsKey("--map")) {
            throw new IllegalArgumentException(
                    "A map makes orthogonal matrices; leave out --map or --no-orthogonal");
        }
    }

    /**
     * A step of Adam changes every entry of S by about the rate, Q by up to n times and
     * C<sub>k</sub>(Q) by up to n k times as much. The factors fit what was chosen on held-out data
     * for n from 2 to 128 and orders up to 3.
     */
    private static float learningRate(AdapterConfig config, List<WeightSpec> weights) {
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
