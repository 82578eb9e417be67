/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.util.List;
import java.util.Map;
import org.djladapters.checkpoint.Provenance;

/** Trials of one setup. */
final class Trials {

    static final RunSetup SETUP =
            new RunSetup(
                    new Provenance.Base("b", "0"),
                    Map.of(),
                    0.1,
                    List.of(),
                    List.of(1.0),
                    null,
                    null);

    private Trials() {}

    /** Makes a trial, which failed if there is no value. */
    static RateTrial of(RunKey key, Rates rates, String metric, Double value) {
        return new RateTrial(
                "s",
                key,
                SETUP,
                rates.factor(),
                rates.headFactorOfLine(),
                0.1 * rates.factor(),
                metric,
                value,
                10,
                1,
                null,
                value == null ? "it diverged" : null);
    }
}
