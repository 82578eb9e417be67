/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.OptionalLong;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The number of trainable parameters for which a layout is chosen. */
@OptionGroup.In(OptionGroup.METHOD)
final class BudgetOption {

    static final String NAME = "--budget";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = NAME,
            paramLabel = "N",
            description =
                    "Choose the adapted layers and the rank, block size or orders of the method so"
                            + " that at most this many parameters are trained, without a head."
                            + " Default: no budget.")
    private Long budget;

    /** Returns the budget, if one is given; it must be at least 1. */
    OptionalLong get() {
        if (budget == null) {
            return OptionalLong.empty();
        }
        check(command, budget);
        return OptionalLong.of(budget);
    }

    /** Refuses a budget for nothing. */
    static void check(CommandSpec command, long budget) {
        if (budget < 1) {
            throw Usage.wrong(command, "The budget must be at least 1, got %d".formatted(budget));
        }
    }
}
