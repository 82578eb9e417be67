/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.List;
import org.djladapters.io.Internal;

/** The options that several methods have. */
@Internal
public final class CommonOptions {

    /** The adapted modules. */
    public static final Option<Targets> TARGETS = Option.of(Targets.allLinear());

    /** The modules that are trained in full. */
    public static final Option<List<String>> MODULES_TO_SAVE = Option.of(List.of());

    /** The biases of the base model that train. */
    public static final Option<Bias> BIAS = Option.of(Bias.NONE);

    /** The probability with which a layer is not adapted in a training step. */
    public static final Option<Double> MODULE_DROPOUT = Option.probability("module dropout");

    /** The rank; every method has a default of its own. */
    public static final Option<Integer> RANK = Option.positive("rank", 0).alwaysShownAs("rank");

    /** The probability with which an input of a low-rank update is left out in a training step. */
    public static final Option<Double> DROPOUT = Option.probability("dropout").shownAs("dropout");

    /** The number of blocks, 0 where their size is given. */
    public static final Option<Integer> BLOCKS =
            Option.positive("number of blocks", 0).shownAs("blocks");

    /** The size of blocks, 0 where their number is given. */
    public static final Option<Integer> BLOCK_SIZE =
            Option.positive("block size", 0).shownAs("block size");

    private CommonOptions() {}
}
