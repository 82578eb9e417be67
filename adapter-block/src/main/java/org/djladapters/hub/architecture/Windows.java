/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How many tokens those layers of a decoder see that do not see all.
 *
 * @param size the number of tokens in a window, with the token itself; 0 if every layer sees all
 * @param all for each layer whether it sees all tokens
 */
record Windows(int size, List<Boolean> all) {

    private static final String SIZE = "sliding_window";
    private static final String TYPES = "layer_types";
    private static final String ALL = "full_attention";
    private static final String WINDOW = "sliding_attention";

    /** Lets every layer see all tokens. */
    static Windows none(int layers) {
        return new Windows(0, Collections.nCopies(layers, true));
    }

    /** Reads the window of all layers. */
    static Windows ofAll(ConfigReader config, int layers, int absent) throws IOException {
        boolean unlimited = config.declares(SIZE) ? !config.has(SIZE) : absent == 0;
        return unlimited
                ? none(layers)
                : new Windows(config.size(SIZE, absent), Collections.nCopies(layers, false));
    }

    /**
     * Reads which layers have windows.
     *
     * @param layers how many there are
     * @param seesAll which of them see all tokens where {@code layer_types} is absent
     * @param absent the size of windows where nothing tells it; 0 if there are none then
     */
    static Windows ofSome(ConfigReader config, int layers, IntPredicate seesAll, int absent)
            throws IOException {
        List<Boolean> all = layersThatSeeAll(config, layers, seesAll);
        boolean unlimited = config.declares(SIZE) ? !config.has(SIZE) : absent == 0;
        return unlimited || !all.contains(false)
                ? none(layers)
                : new Windows(config.size(SIZE, absent), all);
    }

    private static List<Boolean> layersThatSeeAll(
            ConfigReader config, int layers, IntPredicate seesAll) throws IOException {
        List<String> types = config.strings(TYPES);
        if (types.isEmpty()) {
            return IntStream.range(0, layers).mapToObj(seesAll::test).toList();
        }
        List<Boolean> all = new ArrayList<>();
        for (String type : types) {
            if (!type.equals(ALL) && !type.equals(WINDOW)) {
                throw config.refused(TYPES, ALL + " and " + WINDOW);
            }
            all.add(type.equals(ALL));
        }
        if (all.size() != layers) {
            throw config.wrong(TYPES, "a type for each of %d layers".formatted(layers));
        }
        return all;
    }

    /** Puts into a program the window, and which of its masks each layer takes. */
    void put(ProgramSpec.Builder spec) {
        boolean mixed = all.contains(true) && all.contains(false);
        spec.put("window", size).put("mixed", mixed).put("kinds", kinds());
    }

    /** The number of each layer's mask: that of the window comes first. */
    private String kinds() {
        boolean window = all.contains(false);
        return all.stream()
                .map(seesAll -> seesAll && window ? "1" : "0")
                .collect(Collectors.joining(", "));
    }
}
