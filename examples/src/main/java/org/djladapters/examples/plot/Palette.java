/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.plot;

import java.awt.Color;
import java.util.List;

/** Colours that colour-blind people can tell apart (Okabe and Ito). */
public final class Palette {

    /** The colour of everything that is there for comparison. */
    public static final Color NEUTRAL = new Color(0x777777);

    private static final List<Color> COLORS =
            List.of(
                    new Color(0x0072B2),
                    new Color(0xD55E00),
                    new Color(0x009E73),
                    new Color(0xCC79A7),
                    new Color(0x56B4E9),
                    new Color(0xE69F00),
                    new Color(0x222222),
                    new Color(0x8C6D31));

    private Palette() {}

    /** Returns a colour by its index from 0; after the last colour comes the first again. */
    public static Color color(int index) {
        return COLORS.get(index % COLORS.size());
    }

    /** Returns all colours in their order. */
    public static List<Color> colors() {
        return COLORS;
    }

    /** Mixes a colour with a share of white from 0 to 1. */
    public static Color lighter(Color color, double share) {
        return new Color(
                mixed(color.getRed(), share),
                mixed(color.getGreen(), share),
                mixed(color.getBlue(), share));
    }

    private static int mixed(int channel, double share) {
        return (int) Math.round(channel + share * (255 - channel));
    }
}
