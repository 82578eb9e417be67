/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.tokens;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.djladapters.data.encoding.EntitySpan;
import org.djladapters.task.metric.ClassScore;

/** Computes how many entities are found, see {@code Metrics.ofEntities}. */
public final class EntityMetrics {

    static final List<String> NAMES = List.of("f1", "precision", "recall");

    private EntityMetrics() {}

    /** Computes the metrics of predicted tags. */
    public static Map<String, Double> of(List<List<String>> predictions, List<List<String>> tags) {
        if (!predictions.stream()
                .map(List::size)
                .toList()
                .equals(tags.stream().map(List::size).toList())) {
            throw new IllegalArgumentException("Metrics need one predicted tag for every word");
        }
        ClassScore all =
                scores(predictions, tags).stream()
                        .reduce(new ClassScore("all", 0, 0, 0), ClassScore::plus);
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("f1", all.f1());
        metrics.put("precision", all.precision());
        metrics.put("recall", all.recall());
        return Collections.unmodifiableMap(metrics);
    }

    /** Counts the entities of every type, in alphabetical order. */
    static List<ClassScore> scores(List<List<String>> predictions, List<List<String>> tags) {
        Map<String, ClassScore> scores = new TreeMap<>();
        for (int i = 0; i < tags.size(); i++) {
            Set<EntitySpan> found = new HashSet<>(EntitySpan.of(predictions.get(i)));
            Set<EntitySpan> entities = new HashSet<>(EntitySpan.of(tags.get(i)));
            for (EntitySpan span : found) {
                add(scores, span.type(), entities.contains(span) ? 1 : 0, 1, 0);
            }
            entities.forEach(span -> add(scores, span.type(), 0, 0, 1));
        }
        return List.copyOf(scores.values());
    }

    private static void add(
            Map<String, ClassScore> scores, String type, long right, long predicted, long there) {
        scores.merge(type, new ClassScore(type, right, predicted, there), ClassScore::plus);
    }
}
