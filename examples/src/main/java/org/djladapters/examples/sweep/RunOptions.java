/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.util.List;
import java.util.Optional;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.data.TaskKind;
import org.djladapters.model.ModelSpec;
import org.djladapters.tuning.FineTuner;

/** The options of a run, as {@code finetune} takes them. */
public interface RunOptions {

    /** Returns the word of the method. */
    String method();

    /**
     * Returns what is learned, if that is said.
     *
     * @return the kind of task; empty where the data tell
     */
    Optional<TaskKind> task();

    /**
     * Returns what the options of the method describe in a model: with a budget, the layout that
     * spends it best there.
     *
     * @throws IllegalArgumentException if the budget is too small for the method
     */
    AdapterConfig config(ModelSpec model);

    /** Hands the options of training to a fine-tuner. */
    void apply(FineTuner.Builder tuner);

    /** Understands options. */
    @FunctionalInterface
    interface Parser {

        /**
         * Reads options.
         *
         * @param options the words of a command line
         * @throws IllegalArgumentException if they are not understood; the message says why
         */
        RunOptions parse(List<String> options);
    }
}
