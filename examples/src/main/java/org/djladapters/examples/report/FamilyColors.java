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
import org.djladapters.adapter.Methods;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.examples.plot.Palette;

/**
 * The colour of every family of methods, the same in all pictures of a report. Since more than
 * eight colours are hard to tell apart, compound adapters, the references and the first families
 * have a colour, and others are grey; labels name all points.
 */
final class FamilyColors {

    private static final int MOST = 8;

    private final Map<String, Color> colors = new HashMap<>();

    FamilyColors(List<Analysis> suites) {
        Map<String, Color> known = new HashMap<>();
        for (MethodDescriptor method : Methods.descriptors()) {
            known.put(method.name(), new Color(method.color()));
        }
        List<String> families = new ArrayList<>(List.of(Analysis.COMPOUND));
        suites.forEach(suite -> suite.reference().ifPresent(r -> families.add(r.family())));
        suites.forEach(suite -> suite.methods().forEach(m -> families.add(m.family())));
        families.stream()
                .distinct()
                .filter(known::containsKey)
                .limit(MOST)
                .forEach(family -> colors.put(family, known.get(family)));
    }

    Color of(String family) {
        return colors.getOrDefault(family, Palette.NEUTRAL);
    }
}
