/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import org.djladapters.adapter.AdapterConfig;

/** The learning rates with which to begin where none is chosen. */
final class DefaultLearningRates {

    private DefaultLearningRates() {}

    /** The rate of an adapter: smaller where more of the model moves at once. */
    static float of(AdapterConfig config) {
        return switch (config.method()) {
            case "compound" -> config.targets().isAllLinear() ? 4e-3f : 1e-2f;
            case "oft", "boft" -> 4e-3f;
            case "lora" -> 1e-3f;
            case "full" -> 5e-5f;
            default -> 5e-3f;
        };
    }
}
