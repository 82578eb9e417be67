/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.road;

import java.util.Locale;

/** How many angles and scales RoAd trains for a layer of n outputs. */
public enum RoadVariant {
    /** An angle and a scale for every pair of outputs, n parameters: rotations times factors. */
    ROAD_1,
    /** An angle and a scale for every output, 2n parameters. */
    ROAD_2,
    /** Two angles and two scales for every output, 4n parameters. */
    ROAD_4;

    /** Returns the number of angles, and of scales. */
    int angles(int outputs) {
        return switch (this) {
            case ROAD_1 -> outputs / 2;
            case ROAD_2 -> outputs;
            case ROAD_4 -> outputs * 2;
        };
    }

    /** The name in PEFT, such as {@code road_1}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
