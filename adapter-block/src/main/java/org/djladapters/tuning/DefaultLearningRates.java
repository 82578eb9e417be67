/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.model.ModelSpec;
import org.djladapters.rotation.CompoundLayout;

/** The learning rates with which to begin where none is chosen. */
final class DefaultLearningRates {

    private static final double LARGEST = 1e-2;

    private DefaultLearningRates() {}

    /**
     * The rate of an adapter: smaller where more of the model moves at once.
     *
     * @throws IllegalArgumentException if the configuration does not fit the model
     */
    static float of(AdapterConfig config, ModelSpec model) {
        return switch (config.method()) {
            case "compound" -> compound((CompoundConfig) config, model);
            case "boft" -> 4e-3f;
            case "lora", "oft" -> 1e-3f;
            case "full" -> 5e-5f;
            default -> 5e-3f;
        };
    }

    /**
     * A step of Adam changes every entry of S by about the rate, Q by up to n times and
     * C<sub>k</sub>(Q) by up to n k times as much. The factors fit what was chosen on held-back
     * data for n from 2 to 128 and orders up to 3.
     */
    private static float compound(CompoundConfig config, ModelSpec model) {
        int reach =
                model.adapter(config).targetModules().keySet().stream()
                        .map(site -> config.form(site.weight().features()).layout())
                        .mapToInt(DefaultLearningRates::reach)
                        .max()
                        .orElse(1);
        double factor = config.targets().isAllLinear() ? 0.096 : 0.15;
        return (float) Math.min(LARGEST, factor / reach);
    }

    private static int reach(CompoundLayout layout) {
        return layout.size() * layout.largestOrder();
    }
}
