/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.util.List;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Methods;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.model.ModelSpec;

/** The learning rates with which to begin where none is chosen. */
final class DefaultLearningRates {

    private static final float OF_OTHER_METHODS = 5e-3f;

    private DefaultLearningRates() {}

    /**
     * Returns the rate of an adapter: smaller where more of the model moves at once.
     *
     * @throws IllegalArgumentException if the configuration does not fit the model
     */
    static float of(AdapterConfig config, ModelSpec model) {
        List<WeightSpec> weights =
                model.adapter(config).targetModules().keySet().stream()
                        .map(TargetModule::weight)
                        .toList();
        return Methods.of(config)
                .map(method -> method.learningRate().of(config, weights))
                .orElse(OF_OTHER_METHODS);
    }
}
