/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.tokens;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.data.encoding.EntitySpan;

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
        long predicted = 0;
        long there = 0;
        long right = 0;
        for (int i = 0; i < tags.size(); i++) {
            EntitySpan.Agreement agreement = EntitySpan.agreement(predictions.get(i), tags.get(i));
            predicted += agreement.predicted();
            there += agreement.entities();
            right += agreement.right();
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("f1", ratio(2 * right, predicted + there));
        metrics.put("precision", ratio(right, predicted));
        metrics.put("recall", ratio(right, there));
        return Collections.unmodifiableMap(metrics);
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
