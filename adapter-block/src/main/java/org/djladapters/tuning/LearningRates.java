/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.training.tracker.LinearTracker;
import ai.djl.training.tracker.ParameterTracker;
import ai.djl.training.tracker.Tracker;
import ai.djl.training.tracker.WarmUpTracker;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Methods;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.PlainNumber;
import org.djladapters.model.ModelSpec;

/** Learning rates over the steps of a training run. */
public final class LearningRates {

    /** The share of all steps over which the rate rises, as is usual for fine-tuning encoders. */
    public static final double WARM_UP = 0.06;

    private static final float OF_OTHER_METHODS = 5e-3f;

    private LearningRates() {}

    /** Rises over the first {@value #WARM_UP} of all steps, then falls; see the other method. */
    public static Tracker warmUpThenDecay(float peak, int steps) {
        return warmUpThenDecay(peak, steps, WARM_UP);
    }

    /**
     * Rises linearly from 0, then falls linearly to 0.
     *
     * <p>With w = round(warmUp · steps) the rate of update t is peak · t / w up to t = w and peak ·
     * (steps + 1 − t) / (steps + 1 − w) from there. DJL's optimizers count updates from 1, so
     * neither the first nor the last one has a rate of 0.
     *
     * @param peak the highest rate, positive
     * @param steps the number of updates of the whole run
     * @param warmUp the share of the steps over which the rate rises, from 0 to 1
     * @return the rate of updates 1 to {@code steps}
     */
    public static Tracker warmUpThenDecay(float peak, int steps, double warmUp) {
        if (!(peak > 0 && Float.isFinite(peak))) {
            throw new IllegalArgumentException(
                    "The learning rate must be positive, got " + PlainNumber.of(peak));
        }
        if (steps < 1 || !(warmUp >= 0 && warmUp <= 1)) {
            throw new IllegalArgumentException(
                    "A schedule needs at least one step and a warm-up from 0 to 1, got %d and %s"
                            .formatted(steps, PlainNumber.of(warmUp)));
        }
        int rising = (int) Math.round(warmUp * steps);
        int falling = steps + 1 - rising;
        Tracker decay =
                LinearTracker.builder()
                        .setBaseValue(peak)
                        .optSlope(-peak / falling)
                        .optMaxUpdates(falling)
                        .build();
        return WarmUpTracker.builder().setMainTracker(decay).optWarmUpSteps(rising).build();
    }

    /** Returns the rates by parameter and step: those of a head are its own. */
    static ParameterTracker byParameter(
            Tracker body, Tracker head, Predicate<String> isOfHead, Map<String, Float> factors) {
        return (name, step) ->
                (isOfHead.test(name) ? head : body).getNewValue(step)
                        * factors.getOrDefault(name, 1f);
    }

    /** Returns the rate of an adapter: smaller where more of the model moves at once. */
    static float defaultOf(AdapterConfig config, ModelSpec model) {
        List<WeightSpec> weights =
                model.adapter(config).targetModules().keySet().stream()
                        .map(TargetModule::weight)
                        .toList();
        return Methods.of(config)
                .map(method -> method.learningRate().of(config, weights))
                .orElse(OF_OTHER_METHODS);
    }
}
