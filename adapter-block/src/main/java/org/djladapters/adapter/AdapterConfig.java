/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.List;
import java.util.Optional;

/** The configuration of an adapter: a method, its options, and where in a model it goes. */
public interface AdapterConfig {

    /** {@return the method in one word, as on the command line, such as {@code compound}} */
    String method();

    /** {@return the selection of the adapted modules} */
    Targets targets();

    /** Copies this configuration with other adapted modules. */
    AdapterConfig withTargets(Targets targets);

    /**
     * {@return name suffixes of the modules that are trained in full and saved with the adapter,
     * such as the classifier of a classification model; empty for none}
     */
    List<String> modulesToSave();

    /**
     * Copies this configuration with other modules that are trained in full.
     *
     * @param suffixes name suffixes of modules, empty for none
     */
    AdapterConfig withModulesToSave(List<String> suffixes);

    /** {@return which biases of the base model are trained} */
    Bias bias();

    /**
     * Tells whether a parameter of the base model is trained as it is, besides the modules that are
     * trained in full and the biases of adapted modules.
     *
     * @param parameter the name of the parameter, such as {@code pooler.dense.bias}
     * @return true if it is
     */
    default boolean trains(String parameter) {
        return bias() == Bias.ALL && (parameter.endsWith(".bias") || parameter.equals("bias"));
    }

    /**
     * {@return the probability with which a module's adapter is left out of a training step, a
     * number in [0, 1)}
     */
    double moduleDropout();

    /**
     * {@return true if two training passes with the same inputs and weights may differ, since
     * something is left out at random}
     */
    default boolean variesInTraining() {
        return moduleDropout() > 0;
    }

    /**
     * {@return true if adapters depend on singular vectors of the weights, and so fit only weights
     * of the type that they began with}
     */
    default boolean usesSingularVectors() {
        return false;
    }

    /**
     * Options that have no effect on a model, such as patterns that match no module.
     *
     * @param paths the paths of the adapted modules
     * @return a sentence for each, empty for none
     */
    default List<String> warnings(List<String> paths) {
        return List.of();
    }

    /**
     * Returns what would use the parameters better, such as another block size.
     *
     * @param weights the weights that are adapted
     * @return a sentence, empty if there is nothing to say
     */
    default Optional<String> hint(List<WeightSpec> weights) {
        return Optional.empty();
    }

    /**
     * Makes an adapter for one weight, not yet initialized.
     *
     * @param weight the weight it is for
     * @throws IllegalArgumentException if the options do not fit the weight
     */
    WeightAdapter newAdapter(WeightSpec weight);

    /**
     * Makes the adapters of all weights, which may share something.
     *
     * @param weights the weights in the order of the model
     * @return the adapters in the same order
     * @throws IllegalArgumentException if the options do not fit a weight; the message names it
     */
    default List<WeightAdapter> newAdapters(List<WeightSpec> weights) {
        return WeightSpec.each(weights, this::newAdapter);
    }

    /**
     * Makes adapters for parameters that exist already, such as those of a checkpoint: with options
     * that are of no use to a new adapter, but that a checkpoint may have. What it does not set is
     * the identity.
     *
     * @param weights the weights in the order of the model
     * @return the adapters in the same order
     * @throws IllegalArgumentException if the options do not fit a weight; the message names it
     */
    default List<WeightAdapter> adaptersForCheckpoint(List<WeightSpec> weights) {
        return newAdapters(weights);
    }
}
