/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.awt.Color;
import java.util.List;
import java.util.stream.Stream;
import org.djladapters.examples.plot.Palette;

/** The colour of every family of methods, the same in all pictures of a report. */
final class FamilyColors {

    static final String COMPOUND = "compound";
    static final String HEAD = "head";
    static final String FULL = "full";

    private static final int BLACK_INDEX = 6;
    private static final int SHADES = 8;

    private final List<String> families;

    FamilyColors(List<Suite> suites) {
        families =
                Stream.concat(
                                Stream.of(COMPOUND, "lora", "oft", "boft"),
                                suites.stream()
                                        .flatMap(suite -> suite.contenders().stream())
                                        .map(Contender::family))
                        .distinct()
                        .filter(family -> !isBaseline(family))
                        .toList();
    }

    /** Returns whether a family is there to compare with, below and above all others. */
    static boolean isBaseline(String family) {
        return family.equals(HEAD) || family.equals(FULL);
    }

    Color of(String family) {
        return switch (family) {
            case HEAD -> Palette.NEUTRAL;
            case FULL -> Palette.color(BLACK_INDEX);
            default -> color(families.indexOf(family));
        };
    }

    /** All colours but black, which is that of full fine-tuning. */
    private static Color color(int index) {
        return Palette.color(index < BLACK_INDEX ? index : index + 1);
    }

    /**
     * A colour that tells a method from the others of the same suite: a shade of its family's, or,
     * where one family has more methods than there are shades to tell apart, any.
     */
    Color of(Contender contender, Suite suite) {
        List<String> labels =
                suite.contenders().stream()
                        .filter(other -> other.family().equals(contender.family()))
                        .map(Contender::label)
                        .toList();
        int index = labels.indexOf(contender.label());
        if (labels.size() <= SHADES) {
            return Palette.lighter(of(contender.family()), 0.7 * index / labels.size());
        }
        int round = index / SHADES;
        int rounds = (labels.size() - 1) / SHADES + 1;
        return Palette.lighter(Palette.color(index), 0.7 * round / rounds);
    }
}
