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
    private static final String DEFAULT = "default";

    @Option(
            names = "--targets",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Adapts the modules whose paths end with these names; 'all-linear', which is so"
                            + " without this option: all linear layers but the task head;"
                            + " 'default': what is usual for the type of the model, such as query"
                            + " and value.")
    private List<String> suffixes = List.of();

    @Option(
            names = "--targets-regex",
            paramLabel = "REGEX",
            description =
                    "Adapts the modules whose whole path matches, in the syntax of Python's re; no"
                            + " backreferences, conditional or atomic groups.")
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
            names = "--exclude-regex",
            paramLabel = "REGEX",
            description = "Leaves out the modules whose whole path matches.")
    private String excludedRegex;

    @Option(
            names = "--layers",
            split = ",",
            paramLabel = "N",
            description = "Adapts only in these layers, counted from 0.")
    private List<Integer> layers = List.of();

    @Option(
            names = "--layers-pattern",
            paramLabel = "NAME",
            description =
                    "The name before the numbers of layers in paths, such as layer; default: any.")
    private String layersPattern;

    /**
     * The selection.
     *
     * @throws IllegalArgumentException if options contradict one another
     */
    Targets targets() {
        boolean all = allLinear || suffixes.contains(ALL_LINEAR);
        boolean byType = suffixes.contains(DEFAULT);
        List<String> names =
                suffixes.stream().filter(s -> !s.equals(ALL_LINEAR) && !s.equals(DEFAULT)).toList();
        boolean named = regex != null || !names.isEmpty();
        if (all && (named || byType)) {
            throw new IllegalArgumentException(
                    "Select all linear layers or name targets, not both");
        }
        return Targets.builder()
                .optSuffixes(names)
                .optRegex(regex)
                .optByModelType(byType)
                .optExcludedSuffixes(excluded)
                .optExcludedRegex(excludedRegex)
                .optLayers(layers)
                .optLayersPattern(layersPattern)
                .build();
    }
}
