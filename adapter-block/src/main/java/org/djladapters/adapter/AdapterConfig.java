/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.List;

/** The configuration of an adapter: a method, its options, and where in a model it goes. */
public interface AdapterConfig {

    /**
     * The method in one word, as on the command line.
     *
     * @return such as {@code compound}
     */
    String method();

    /**
     * The modules that are adapted.
     *
     * @return the selection
     */
    Targets targets();

    /**
     * The modules that are trained in full and saved with the adapter, such as the classifier of a
     * classification model.
     *
     * @return name suffixes of modules, empty for none
     */
    List<String> modulesToSave();

    /**
     * Copies this configuration with other modules that are trained in full.
     *
     * @param suffixes name suffixes of modules, empty for none
     * @return the copy
     */
    AdapterConfig withModulesToSave(List<String> suffixes);

    /**
     * The probability with which a module's adapter is left out of a training step.
     *
     * @return a number in [0, 1)
     */
    double moduleDropout();

    /**
     * Makes an adapter for one weight, not yet initialized.
     *
     * @param weight the weight it is for
     * @return the adapter
     * @throws IllegalArgumentException if the options do not fit the weight
     */
    WeightAdapter newAdapter(WeightSpec weight);
}
