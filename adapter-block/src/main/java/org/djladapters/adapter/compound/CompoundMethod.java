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
                        .map(weight -> compound.form(weight.features()).layout())
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
