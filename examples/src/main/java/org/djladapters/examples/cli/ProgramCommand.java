/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command of the program. */
abstract class ProgramCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    final CommandSpec spec() {
        return spec;
    }

    /** Returns where results go. */
    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Returns where progress, notes and failures go. */
    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Returns the error for options that do not fit each other. */
    final ParameterException wrong(String message) {
        return Usage.wrong(spec, message);
    }

    /** Makes a value of options; an {@link IllegalArgumentException} is an error of these. */
    final <T> T checked(Supplier<T> value) {
        return Usage.checked(spec, value);
    }
}
