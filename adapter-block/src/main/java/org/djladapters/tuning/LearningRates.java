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
import org.djladapters.data.ImageFolder;
import org.djladapters.data.LabelledData;
import org.djladapters.model.ModelSpec;
import org.djladapters.task.kind.TaskHead;

/** Learning rates of a training run, by parameter and method. */
public final class LearningRates {

    /** The share of all steps over which the rate rises, as is usual for fine-tuning encoders. */
    public static final double WARM_UP = 0.06;

    private static final float OF_OTHER_METHODS = 5e-3f;

    private static final float OF_HEADS = 5e-3f;

    /** That of heads of texts with many classes, see {@code examples/evidence/README.md}. */
    private static final float OF_LARGE_HEADS = 1e-2f;

    private static final int MANY_OUTPUTS = 10;

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

    /**
     * Returns the rate of a head: a higher one for a new head of texts with many classes, each of
     * which few examples have. On images no higher rate was better.
     */
    static float ofHead(TaskHead head, LabelledData train) {
        boolean isLarge = head.config() != null && head.config().outputs() > MANY_OUTPUTS;
        return isLarge && !(train instanceof ImageFolder) ? OF_LARGE_HEADS : OF_HEADS;
    }
}
