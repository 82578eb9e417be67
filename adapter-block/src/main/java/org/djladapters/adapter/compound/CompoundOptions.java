/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

import java.util.List;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.ModulePatterns;
import org.djladapters.option.Option;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.NeumannSeries;
import org.djladapters.rotation.OrthogonalMap;

/** The options of compound adapters, and their texts. */
final class CompoundOptions {

    /** The longest chain of rotations. */
    static final int MAX_CHAIN = 1000;

    static final Option<List<Integer>> ORDERS =
            Option.of("orders", List.of(1, 2, 3))
                    .checked(CompoundOptions::requireOrders)
                    .alwaysShown();

    static final Option<Integer> TERMS =
            Option.positive("number of terms", 5, NeumannSeries.MAX_TERMS);

    static final Option<OrthogonalMap> MAP =
            Option.of("map", OrthogonalMap.CAYLEY)
                    .shown(
                            (map, others) ->
                                    switch (map) {
                                        case CAYLEY -> "";
                                        case NEUMANN -> map + " of " + others.get(TERMS) + " terms";
                                        case EXPONENTIAL, GIVENS, MATRIX -> map.toString();
                                    });

    static final Option<EntryRule> RULE =
            Option.of("rule", EntryRule.DETERMINANT)
                    .shown(rule -> rule == EntryRule.DETERMINANT ? "" : rule.toString());

    static final Option<Boolean> SHARED = Option.of("shared", false).shown();

    static final Option<Integer> CHAIN =
            Option.positive("length of the chain", 1, MAX_CHAIN).shownAs("chain of");

    static final Option<Boolean> ADDED = Option.of("added", false);

    /** A chain is added as the reference does, which takes nothing away from the sum. */
    static final Option<Boolean> REFERENCE_SUM = Option.of("sum as the reference has it", false);

    static final Option<Boolean> OFFSETS = Option.of("offsets", false);

    /**
     * Blocks are shifted as the reference does, link i of N by floor(i &middot; m / N) of m
     * coordinates, even where that is a number of whole blocks.
     */
    static final Option<Boolean> REFERENCE_OFFSETS =
            Option.of("offsets as the reference has them", false);

    static final Option<Boolean> STRIDED = Option.of("strided", false).shown();
    static final Option<Boolean> GAINS = Option.of("gains", false).shown();

    static final Option<RotatedSide> SIDE = Option.of("side", RotatedSide.OUTPUT).shown();

    static final Option<Boolean> SCALING = Option.of("scaling", false).shown();

    static final Option<CompoundBasis> BASIS = Option.of("basis", CompoundBasis.STANDARD).shown();

    static final Option<Integer> DIRECTIONS =
            Option.positive("number of directions", 0).shownAs("directions");

    static final Option<ModulePatterns<List<Integer>>> ORDERS_PATTERN =
            CommonOptions.patterns("orders", (name, orders) -> CompoundLayout.checkOrders(orders));

    static final Option<ModulePatterns<Integer>> BLOCK_SIZE_PATTERN =
            CommonOptions.patterns("block size", Option::requirePositive);

    private CompoundOptions() {}

    private static void requireOrders(List<Integer> orders) {
        if (orders.isEmpty()) {
            throw new IllegalArgumentException(
                    "Set the orders of the compound adapter, such as 1, 2");
        }
        CompoundLayout.checkOrders(orders);
    }

    static String addedText(boolean added, boolean centered) {
        if (!added) {
            return "";
        }
        return centered ? " added" : " added as the reference does";
    }

    static String offsetsText(boolean offsets, boolean staggered) {
        if (!offsets) {
            return "";
        }
        return staggered ? " with offsets" : " with offsets as the reference has them";
    }

    static String describe(CompoundForm form) {
        CompoundLayout layout = form.layout();
        StringBuilder text = new StringBuilder();
        text.append("orders ")
                .append(Orders.word(layout.orders()))
                .append(", ")
                .append(layout.blocks())
                .append(layout.blocks() == 1 ? " block of " : " blocks of ")
                .append(layout.blockSize())
                .append(", n = ")
                .append(layout.size())
                .append(", ")
                .append(form.map());
        if (form.rule() != EntryRule.DETERMINANT) {
            text.append(", ").append(form.rule());
        }
        if (form.shared()) {
            text.append(", shared");
        }
        if (form.chain() > 1) {
            text.append(", chain of ").append(form.chain());
            text.append(addedText(form.added(), form.centered()));
            text.append(offsetsText(form.offsets(), form.staggered()));
        }
        text.append(form.strided() ? ", strided" : "").append(form.gains() ? ", gains" : "");
        return text.toString();
    }
}
