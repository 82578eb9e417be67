/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import java.util.List;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;

/**
 * Lets one parameter of the base model require a gradient, so that a backward pass goes down to it:
 * the least cost of training anything there.
 */
record FrozenBaseConfig(String parameter, List<String> modulesToSave) implements AdapterConfig {

    /** Chooses the parameter of a module whose gradient costs least: its bias, else its weight. */
    static FrozenBaseConfig at(TargetModule target) {
        return new FrozenBaseConfig(
                target.bias() == null ? target.parameter() : target.bias(), List.of());
    }

    @Override
    public boolean trains(String name) {
        return name.equals(parameter);
    }

    @Override
    public FrozenBaseConfig withModulesToSave(List<String> suffixes) {
        return new FrozenBaseConfig(parameter, List.copyOf(suffixes));
    }

    @Override
    public String method() {
        return "frozen";
    }

    @Override
    public Targets targets() {
        return Targets.none();
    }

    @Override
    public FrozenBaseConfig withTargets(Targets targets) {
        throw new UnsupportedOperationException("nothing is adapted");
    }

    @Override
    public Bias bias() {
        return Bias.NONE;
    }

    @Override
    public double moduleDropout() {
        return 0;
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        throw new UnsupportedOperationException("nothing is adapted");
    }
}
