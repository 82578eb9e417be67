/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.List;

/**
 * The configuration of an adapter that adapts no weight: it trains a head that it brings, or
 * modules of the model in full. The baseline that other methods are compared with.
 *
 * @param modulesToSave name suffixes of the modules that are trained in full, empty for none
 */
public record HeadOnlyConfig(List<String> modulesToSave) implements AdapterConfig {

    /** Copies the names. */
    public HeadOnlyConfig {
        modulesToSave = List.copyOf(modulesToSave);
    }

    @Override
    public String method() {
        return "head";
    }

    @Override
    public Targets targets() {
        return Targets.none();
    }

    @Override
    public HeadOnlyConfig withModulesToSave(List<String> suffixes) {
        return new HeadOnlyConfig(suffixes);
    }

    @Override
    public double moduleDropout() {
        return 0;
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        throw new IllegalArgumentException(
                "The method 'head' adapts no weights; it trains a head or modules in full.");
    }

    @Override
    public String toString() {
        return "head(modules to save " + modulesToSave + ")";
    }
}
