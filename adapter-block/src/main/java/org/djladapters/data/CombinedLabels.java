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
                .flatMap(separator -> warning(labels, separator, source).stream())
                .findFirst();
    }

    private static Optional<String> warning(LabelSpace labels, String separator, Path source) {
        Map<String, Integer> times = new HashMap<>();
        labels.labels()
                .forEach(
                        label ->
                                parts(label, separator)
                                        .forEach(p -> times.merge(p, 1, Integer::sum)));
        List<String> combined =
                labels.labels().stream()
                        .filter(label -> parts(label, separator).count() > 1)
                        .filter(label -> parts(label, separator).allMatch(p -> times.get(p) > 1))
                        .toList();
        return combined.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        ("%d of the %d classes of '%s' look like several classes in one, such as"
                                        + " '%s', and each is learned as a class of its own; %s")
                                .formatted(
                                        combined.size(),
                                        labels.labels().size(),
                                        source,
                                        combined.get(0),
                                        advice(labels.kind(), separator)));
    }

    private static String advice(TaskKind kind, String separator) {
        if (kind == TaskKind.MULTI_LABEL_CLASSIFICATION) {
            return "name the separator (--label-separator '%s', MultiLabelData)"
                    .formatted(separator);
        }
        String task = "train the task multi-label-classification (--task, optTask)";
        return separator.equals(MultiLabelData.SEPARATOR)
                ? task
                : task + " with --label-separator '%s'".formatted(separator);
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
