/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.training.tracker.ParameterTracker;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Methods;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.model.ModelSpec;

/** Learning rates of a training run, by parameter and method. */
public final class LearningRates {

    /** The share of all steps over which the rate rises, as is usual for fine-tuning encoders. */
    public static final double WARM_UP = 0.06;

    private static final float OF_OTHER_METHODS = 5e-3f;

    private LearningRates() {}

    /** Returns the rates by parameter and step: those of a head are its own. */
    static ParameterTracker byParameter(
            Tracker body, Tracker head, Predicate<String> isOfHead, Map<String, Float> factors) {
        return (name, step) ->
                (isOfHead.test(name) ? head : body).getNewValue(step)
                        * factors.getOrDefault(name, 1f);
    }

    /**
     * Returns the rate of an adapter: smaller where more of the model moves at once.
     *
     * @param steps about how many steps it trains for
     */
    static float defaultOf(AdapterConfig config, ModelSpec model, int steps) {
        List<WeightSpec> weights =
                model.adapter(config).targetModules().keySet().stream()
                        .map(TargetModule::weight)
                        .toList();
        return Methods.of(config)
                .map(method -> method.learningRate().of(config, weights, steps))
                .orElse(OF_OTHER_METHODS);
    }
}
