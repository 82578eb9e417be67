/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.util.List;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.model.ModelSpec;
import org.djladapters.tuning.FineTuner;

/** The options of a run, as {@code finetune} takes them. */
public interface RunOptions {

    /**
     * Returns what the options of the method describe. With a budget its layout is not chosen yet.
     *
     * @return the configuration
     */
    AdapterConfig config();

    /**
     * Returns what the options of the method describe in a model: with a budget, the layout that
     * spends it best there.
     *
     * @param model the model
     * @return the configuration
     * @throws IllegalArgumentException if the budget is too small for the method
     */
    default AdapterConfig config(ModelSpec model) {
        return config();
    }

    /**
     * Hands the options of training to a fine-tuner.
     *
     * @param tuner gets the options
     */
    void apply(FineTuner.Builder tuner);

    /** Understands options. */
    @FunctionalInterface
    interface Parser {

        /**
         * Reads options.
         *
         * @param options the words of a command line
         * @return what they mean
         * @throws IllegalArgumentException if they are not understood; the message says why
         */
        RunOptions parse(List<String> options);
    }
}
