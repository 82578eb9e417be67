/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.orthogonal;

import org.djladapters.adapter.MethodOption;
import org.djladapters.rotation.OrthogonalMap;

/** The options that methods share which rotate by blocks. */
public final class RotationOptions {

    /** The number of blocks. */
    public static final MethodOption<Integer> BLOCKS =
            MethodOption.value("--blocks", "N", Integer.class, "number of blocks in every layer")
                    .withDefault("as --block-size gives");

    /** Whether blocks share a rotation. */
    public static final MethodOption<Boolean> SHARED =
            MethodOption.flag("--share", "let all blocks of a layer share one rotation");

    /** The number of terms of the Neumann series. */
    public static final MethodOption<Integer> TERMS =
            MethodOption.value(
                            "--terms", "N", Integer.class, "number of terms of the Neumann series")
                    .withDefault(5);

    /** The probability of module dropout. */
    public static final MethodOption<Double> MODULE_DROPOUT =
            MethodOption.value(
                            "--module-dropout",
                            "P",
                            Double.class,
                            "probability that a layer is not adapted in a training step")
                    .withDefault(0);

    private RotationOptions() {}

    /**
     * Returns the option for the size of the blocks.
     *
     * @param standard the size where none is given
     * @return the option
     */
    public static MethodOption<Integer> blockSize(int standard) {
        return MethodOption.value(
                        "--block-size", "N", Integer.class, "size of the blocks in every layer")
                .withDefault(standard);
    }

    /**
     * Returns the option for the map that makes rotations.
     *
     * @param maps the maps that the method has
     * @return the option
     */
    public static MethodOption<OrthogonalMap> map(String maps) {
        return MethodOption.word(
                        "--map",
                        "MAP",
                        OrthogonalMap.class,
                        RotationOptions::skew,
                        "how a rotation is made from its parameters, " + maps)
                .withDefault(OrthogonalMap.CAYLEY);
    }

    private static OrthogonalMap skew(String name) {
        OrthogonalMap map = OrthogonalMap.of(name);
        if (!map.isSkew()) {
            throw new IllegalArgumentException(
                    "'%s' is no map to orthogonal matrices; use --no-orthogonal instead"
                            .formatted(name));
        }
        return map;
    }
}
