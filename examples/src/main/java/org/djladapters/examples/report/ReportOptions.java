/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a report compares with.
 *
 * @param reference the method of whose quality percentages are formed
 * @param full full fine-tuning
 * @param baselines the method with which the others of a suite of ablations are compared, by suite
 */
record ReportOptions(String reference, String full, Map<String, String> baselines) {

    ReportOptions {
        baselines = Map.copyOf(baselines);
    }

    /** The base of a suite of ablations: as given, or the first method of a suite so named. */
    Optional<Contender> baseline(Suite suite) {
        String given = baselines.get(suite.name());
        if (given != null) {
            return suite.find(given);
        }
        return suite.name().toLowerCase(Locale.ROOT).contains("ablation")
                ? suite.contenders().stream().findFirst()
                : Optional.empty();
    }

    /** A name for a file: letters, digits, '.' and '-'. */
    static String fileName(String name) {
        return name.replaceAll("[^A-Za-z0-9.]+", "-");
    }
}
