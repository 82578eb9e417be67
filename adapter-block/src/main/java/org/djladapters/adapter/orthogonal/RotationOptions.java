/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.orthogonal;

import java.util.Map;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.option.Argument;
import org.djladapters.option.Option;
import org.djladapters.rotation.NeumannSeries;
import org.djladapters.rotation.OrthogonalMap;

/** The options that methods of rotations share. */
public final class RotationOptions {

    /** The name of the option that gives up orthogonal matrices. */
    public static final String FREE = "--no-orthogonal";

    /** The bound of rotations that are kept near the identity, 0 for none. */
    public static final Option<Double> BOUND =
            Option.positive("bound of constrained rotations", 0.0);

    /** The number of blocks, on the command line. */
    public static final Argument BLOCKS =
            Argument.value(CommonOptions.BLOCKS, "--blocks", "N", "number of blocks in every layer")
                    .withDefault("as --block-size gives");

    /** The probability of module dropout, on the command line. */
    public static final Argument MODULE_DROPOUT =
            Argument.value(
                    CommonOptions.MODULE_DROPOUT,
                    "--module-dropout",
                    "P",
                    "probability that a layer is not adapted in a training step");

    private RotationOptions() {}

    /**
     * Returns the option of the number of terms of a Neumann series in which the last term counts
     * once. It is shown where the map is such a series.
     */
    public static Option<Integer> seriesTerms(Option<OrthogonalMap> map) {
        return Option.of("number of terms", 5)
                .checked(RotationOptions::requireTerms)
                .shown(
                        (terms, others) ->
                                others.get(map) == OrthogonalMap.NEUMANN
                                        ? "neumann of " + terms + " terms"
                                        : "");
    }

    private static void requireTerms(int terms) {
        if (terms < 2) {
            throw new IllegalArgumentException(
                    "The number of terms must be at least 2, got " + terms);
        }
        Option.requirePositive("number of terms", terms, NeumannSeries.MAX_TERMS);
    }

    /** Returns the option of the size of the blocks. */
    public static Argument blockSize(int standard) {
        return Argument.value(
                        CommonOptions.BLOCK_SIZE,
                        "--block-size",
                        "N",
                        "size of the blocks in every layer")
                .withDefault(standard);
    }

    /** Returns the option by which the blocks of a layer share a rotation. */
    public static Argument shared(Option<Boolean> shared) {
        return Argument.flag(shared, "--share", "let all blocks of a layer share one rotation");
    }

    /** Returns the option of the number of terms. */
    public static Argument terms(Option<Integer> terms) {
        return Argument.value(terms, "--terms", "N", "number of terms of the Neumann series");
    }

    /** Returns the option of the map that makes rotations, of those that the method has. */
    public static Argument map(Option<OrthogonalMap> map, String maps) {
        return Argument.word(
                map,
                "--map",
                "MAP",
                "how a rotation is made from its parameters, " + maps,
                RotationOptions::skew);
    }

    private static OrthogonalMap skew(String name) {
        OrthogonalMap map = OrthogonalMap.of(name);
        if (!map.isSkew()) {
            throw new IllegalArgumentException(
                    "'%s' is no map to orthogonal matrices; use %s instead".formatted(name, FREE));
        }
        return map;
    }

    /** Refuses a map where matrices need not be orthogonal. */
    public static void requireMapOrFree(Map<String, ?> values) {
        if (values.containsKey(FREE) && values.containsKey("--map")) {
            throw new IllegalArgumentException(
                    "A map makes orthogonal matrices; leave out --map or " + FREE);
        }
    }
}
