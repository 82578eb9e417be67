/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.baseline;

import java.util.List;
import java.util.Locale;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;

/**
 * The configuration of an adapter that transforms no weight but trains parameters of the base model
 * as they are, besides a head that it brings: what other methods are compared with.
 *
 * @param trained what of the base model is trained
 * @param modulesToSave name suffixes of further modules that are trained in full, empty for none
 * @param targets {@link Targets#none()}, which may reach a pooler
 */
public record BaselineConfig(Trained trained, List<String> modulesToSave, Targets targets)
        implements AdapterConfig {

    /** What of the base model is trained. */
    public enum Trained {
        /** Nothing: only the head. */
        HEAD,
        /** Everything, as in full fine-tuning; weights that the base model ties stay tied. */
        FULL,
        /** The biases, as in BitFit (Ben Zaken et al., arXiv 2106.10199). */
        BITFIT
    }

    /** Copies the names and checks that nothing is a target. */
    public BaselineConfig {
        modulesToSave = List.copyOf(modulesToSave);
        if (!targets.isNone()) {
            throw new IllegalArgumentException(
                    "The method '" + name(trained) + "' adapts no weights and has no targets");
        }
    }

    /**
     * A configuration without a pooler.
     *
     * @param trained what of the base model is trained
     * @param modulesToSave name suffixes of further modules that are trained in full, empty for
     *     none
     */
    public BaselineConfig(Trained trained, List<String> modulesToSave) {
        this(trained, modulesToSave, Targets.none());
    }

    /** {@return the configuration that trains only a head} */
    public static BaselineConfig head() {
        return new BaselineConfig(Trained.HEAD, List.of());
    }

    /** {@return the configuration that trains every parameter of the base model} */
    public static BaselineConfig full() {
        return new BaselineConfig(Trained.FULL, List.of());
    }

    /** {@return the configuration that trains the biases of the base model} */
    public static BaselineConfig bitfit() {
        return new BaselineConfig(Trained.BITFIT, List.of());
    }

    @Override
    public String method() {
        return name(trained);
    }

    private static String name(Trained trained) {
        return trained.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public BaselineConfig withTargets(Targets targets) {
        return new BaselineConfig(trained, modulesToSave, targets);
    }

    @Override
    public BaselineConfig withModulesToSave(List<String> suffixes) {
        return new BaselineConfig(trained, suffixes, targets);
    }

    @Override
    public Bias bias() {
        return trained == Trained.BITFIT ? Bias.ALL : Bias.NONE;
    }

    @Override
    public boolean trains(String parameter) {
        return trained == Trained.FULL || AdapterConfig.super.trains(parameter);
    }

    @Override
    public double moduleDropout() {
        return 0;
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        throw new IllegalArgumentException(
                "The method '"
                        + method()
                        + "' adapts no weights; it trains parameters as they are");
    }

    @Override
    public String toString() {
        return modulesToSave.isEmpty()
                ? method()
                : method() + "(modules to save " + modulesToSave + ")";
    }
}
