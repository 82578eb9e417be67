/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an evaluation found for every query, column by column.
 *
 * @param dev the columns of the development data; none if they are no search
 * @param guard those of the guard; none without one
 */
record QueryColumns(Map<String, double[]> dev, Map<String, double[]> guard) {

    static final QueryColumns NONE = new QueryColumns(Map.of(), Map.of());

    private static final String DEV = "dev.";
    private static final String GUARD = "guard.";

    /** Returns all columns by names under which they can be written. */
    Map<String, double[]> named() {
        Map<String, double[]> named = new HashMap<>();
        dev.forEach((name, column) -> named.put(DEV + name, column));
        guard.forEach((name, column) -> named.put(GUARD + name, column));
        return named;
    }

    /** Returns columns that were written. */
    static QueryColumns of(Map<String, double[]> named) {
        return new QueryColumns(under(DEV, named), under(GUARD, named));
    }

    private static Map<String, double[]> under(String prefix, Map<String, double[]> named) {
        Map<String, double[]> columns = new LinkedHashMap<>();
        named.keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .sorted()
                .forEach(name -> columns.put(name.substring(prefix.length()), named.get(name)));
        return columns;
    }

    /** Computes a metric of the guard. */
    double ofGuard(String metric) {
        return Arrays.stream(guard.get(metric)).average().orElseThrow();
    }
}
