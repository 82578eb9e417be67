/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.budget;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.djladapters.adapter.Targets;

/**
 * Adapted layers and options of a method, which together decide how many parameters it trains.
 *
 * @param targets the adapted layers
 * @param options values of options by their names, such as {@code --rank}
 */
public record Layout(Targets targets, Map<String, Object> options) {

    /** Copies the options. */
    public Layout {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    /** Returns a layout with the options that a method has anyway. */
    public static Layout of(Targets targets) {
        return new Layout(targets, Map.of());
    }

    /** Returns the layout with an option more, by its name, such as {@code --rank}. */
    public Layout with(String option, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(options);
        more.put(option, value);
        return new Layout(targets, more);
    }

    /** {@return the layout as one would type it, such as {@code --rank 1 --targets value}} */
    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        options.forEach((name, value) -> words.add(name + " " + word(value)));
        if (targets.isByModelType()) {
            words.add("--targets default");
        } else if (!targets.suffixes().isEmpty()) {
            words.add("--targets " + String.join(",", targets.suffixes()));
        }
        if (!targets.excludedSuffixes().isEmpty()) {
            words.add("--exclude " + String.join(",", targets.excludedSuffixes()));
        }
        return words.isEmpty() ? "--targets all-linear" : String.join(" ", words);
    }

    private static String word(Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
                : String.valueOf(value);
    }
}
