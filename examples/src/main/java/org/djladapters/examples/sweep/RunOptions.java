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

/** The options of a run, which are options of {@code finetune}. */
public interface RunOptions {

    /** Returns the name of the method. */
    String method();

    /** Returns the kind of task, if it is given; otherwise the data decide. */
    Optional<TaskKind> task();

    /**
     * Returns the configuration for a model; with a budget, that of the best layout for it.
     *
     * @throws IllegalArgumentException if the budget is too small for the method
     */
    AdapterConfig config(ModelSpec model);

    /** Passes the training options to a fine-tuner. */
    void apply(FineTuner.Builder tuner);

    /** Parses the words of a command line. */
    @FunctionalInterface
    interface Parser {

        /**
         * Parses options.
         *
         * @throws IllegalArgumentException if they are wrong; the message says why
         */
        RunOptions parse(List<String> options);
    }
}
