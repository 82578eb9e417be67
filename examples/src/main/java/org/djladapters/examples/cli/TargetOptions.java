/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.List;
import org.djladapters.adapter.Targets;
import picocli.CommandLine.Option;

/** The options that select the adapted modules. */
final class TargetOptions {

    private static final String ALL_LINEAR = "all-linear";

    @Option(
            names = "--targets",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Adapts the modules whose paths end with these names; 'all-linear' (default):"
                            + " all linear layers but the task head.")
    private List<String> suffixes = List.of();

    @Option(
            names = "--targets-regex",
            paramLabel = "REGEX",
            description = "Adapts the modules whose whole path matches.")
    private String regex;

    @Option(names = "--all-linear", description = "The same as --targets all-linear.")
    private boolean allLinear;

    @Option(
            names = "--exclude",
            split = ",",
            paramLabel = "NAME",
            description = "Leaves out the modules whose paths end with these names.")
    private List<String> excluded = List.of();

    @Option(
            names = "--layers",
            split = ",",
            paramLabel = "N",
            description = "Adapts only in these layers, counted from 0.")
    private List<Integer> layers = List.of();

    /**
     * The selection.
     *
     * @throws IllegalArgumentException if options contradict one another
     */
    Targets targets() {
        boolean listed = suffixes.contains(ALL_LINEAR);
        boolean named = regex != null || suffixes.size() > (listed ? 1 : 0);
        if (named && (allLinear || listed)) {
            throw new IllegalArgumentException(
                    "Select all linear layers or name targets, not both");
        }
        return Targets.builder()
                .optSuffixes(listed ? List.of() : suffixes)
                .optRegex(regex)
                .optExcludedSuffixes(excluded)
                .optLayers(layers)
                .build();
    }
}
