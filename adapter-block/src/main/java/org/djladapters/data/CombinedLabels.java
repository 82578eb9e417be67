/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.djladapters.io.Internal;

/** Finds labels that look like several classes of one example, such as {@code delivery;billing}. */
@Internal
public final class CombinedLabels {

    private static final List<String> SEPARATORS = List.of(";", "|", ",");

    private CombinedLabels() {}

    /**
     * Warns of classes that are made of others: every part is a class too, or a part of another
     * label.
     *
     * @return one sentence; empty if there are no such classes
     */
    public static Optional<String> warning(LabelSpace labels, Path source) {
        return SEPARATORS.stream()
                .flatMap(separator -> warning(labels.labels(), separator, source).stream())
                .findFirst();
    }

    private static Optional<String> warning(List<String> labels, String separator, Path source) {
        Map<String, Integer> times = new HashMap<>();
        labels.forEach(
                label -> parts(label, separator).forEach(p -> times.merge(p, 1, Integer::sum)));
        List<String> combined =
                labels.stream()
                        .filter(label -> parts(label, separator).count() > 1)
                        .filter(label -> parts(label, separator).allMatch(p -> times.get(p) > 1))
                        .toList();
        return combined.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        ("%d of the %d classes of '%s' look like several classes in one, such as"
                             + " '%s', and each is learned as a class of its own, since a text can"
                             + " have one class only; give every row one class")
                                .formatted(
                                        combined.size(), labels.size(), source, combined.get(0)));
    }

    /**
     * Returns the parts of a label, stripped, each once; a label without separators is its only
     * part.
     */
    private static Stream<String> parts(String label, String separator) {
        return Stream.of(label.split(Pattern.quote(separator), -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .distinct();
    }
}
