/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Suggests an option or a command for a misspelt word. Picocli compares pairs of letters, by which
 * {@code --trian} is nearer to {@code --variant} than to {@code --train}; this class counts typing
 * errors.
 */
final class Suggestion {

    /** A word of three letters may have one typing error, one of six letters two. */
    private static final int LETTERS_PER_SLIP = 3;

    private Suggestion() {}

    /** Finds the nearest option or subcommand for an unknown word, if one is near enough. */
    static Optional<String> of(String word, CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        return word.startsWith("-")
                ? nearest(
                        word.replaceFirst("=.*", ""),
                        spec.options().stream()
                                .filter(option -> !option.hidden())
                                .map(OptionSpec::longestName)
                                .toList())
                : nearest(word, spec.subcommands().keySet());
    }

    private static Optional<String> nearest(String word, Collection<String> known) {
        int most = word.replaceFirst("^-+", "").length() / LETTERS_PER_SLIP;
        return known.stream()
                .filter(name -> slips(word, name) <= most)
                .min(
                        Comparator.comparingInt((String name) -> slips(word, name))
                                .thenComparing(Comparator.naturalOrder()));
    }

    /**
     * Counts the letters to insert, delete or replace, and the neighbours to swap, to turn one word
     * into another (the distance of optimal string alignment).
     */
    static int slips(String from, String to) {
        int[][] counts = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    counts[i][j] = i + j;
                    continue;
                }
                int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
                int least = Math.min(counts[i - 1][j], counts[i][j - 1]) + 1;
                least = Math.min(least, counts[i - 1][j - 1] + change);
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    least = Math.min(least, counts[i - 2][j - 2] + 1);
                }
                counts[i][j] = least;
            }
        }
        return counts[from.length()][to.length()];
    }
}
