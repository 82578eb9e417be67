/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.List;
import org.djladapters.adapter.Targets;
import picocli.CommandLine.Option;

/** The options that select the adapted modules. */
@OptionGroup.In(OptionGroup.METHOD)
final class TargetOptions {

    private static final String ALL_LINEAR = "all-linear";
    private static final String DEFAULT = "default";

    @Option(
            names = "--targets",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Adapt the modules whose paths end with these names. 'all-linear':"
                            + " all linear layers except the task head. 'default': the usual"
                            + " modules of the model's type, such as query and value. Default:"
                            + " all-linear.")
    private List<String> suffixes = List.of();

    @Option(
            names = "--targets-regex",
            paramLabel = "REGEX",
            description =
                    "Adapt the modules whose whole path matches this regular"
                            + " expression, in the syntax of Python's re without backreferences,"
                            + " conditional and atomic groups.")
    private String regex;

    @Option(names = "--all-linear", description = "The same as --targets all-linear.")
    private boolean allLinear;

    @Option(
            names = "--exclude",
            split = ",",
            paramLabel = "NAME",
            description = "Leave out the modules whose paths end with these names. Default: none.")
    private List<String> excluded = List.of();

    @Option(
            names = "--exclude-regex",
            paramLabel = "REGEX",
            description = "Leave out the modules whose whole path matches this regular expression.")
    private String excludedRegex;

    @Option(
            names = "--layers",
            split = ",",
            paramLabel = "N",
            description = "Adapt only these layers, counted from 0. Default: all.")
    private List<Integer> layers = List.of();

    @Option(
            names = "--layers-pattern",
            paramLabel = "NAME",
            description =
                    "The name before the layer numbers in module paths, such as layer."
                            + " Default: any.")
    private String layersPattern;

    /**
     * Returns the selection.
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
