/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.awt.Color;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.MethodDescriptor;
import org.djladapters.adapter.Methods;
import org.djladapters.examples.plot.Palette;

/** The colour of every family of methods, the same in all pictures of a report. */
final class FamilyColors {

    static final String COMPOUND = "compound";
    static final String HEAD = "head";
    static final String FULL = "full";

    private static final int SHADES = 8;

    private final Map<String, Color> colors = new HashMap<>();

    FamilyColors(List<Suite> suites) {
        for (MethodDescriptor method : Methods.descriptors()) {
            colors.put(method.name(), new Color(method.color()));
        }
        List<String> families =
                suites.stream()
                        .flatMap(suite -> suite.contenders().stream())
                        .map(Contender::family)
                        .distinct()
                        .toList();
        List<String> others =
                families.stream().filter(family -> !colors.containsKey(family)).toList();
        List<Color> free = new ArrayList<>(Palette.colors());
        free.remove(colors.get(FULL));
        families.stream().map(colors::get).forEach(free::remove);
        for (int i = 0; i < others.size(); i++) {
            colors.put(others.get(i), free.isEmpty() ? of(FULL) : free.get(i % free.size()));
        }
    }

    /** Returns whether a family is there to compare with, below and above all others. */
    static boolean isBaseline(String family) {
        return family.equals(HEAD) || family.equals(FULL);
    }

    /** The colour of a method, or of a family that a sweep names otherwise. */
    Color of(String family) {
        return colors.getOrDefault(family, Palette.NEUTRAL);
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
