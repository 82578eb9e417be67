/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options for the progress of a command. */
@OptionGroup.In(OptionGroup.OUTPUT)
final class ProgressOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--quiet",
            description =
                    "Print results, warnings and failures only. Default: progress goes to standard"
                            + " error, with a bar if that is a terminal.")
    private boolean quiet;

    @Option(
            names = "--json",
            description =
                    "Print progress as JSON Lines to standard error, for programs. Default: as"
                            + " text.")
    private boolean json;

    /** Returns the progress of a command, as text if it does not have these options. */
    static Progress of(CommandSpec command) {
        return command.mixins().values().stream()
                .map(CommandSpec::userObject)
                .filter(ProgressOptions.class::isInstance)
                .findFirst()
                .map(options -> ((ProgressOptions) options).progress())
                .orElseGet(() -> printer(command));
    }

    /** Prints warnings only. */
    private record Quiet(PrintWriter err) implements Progress {

        @Override
        public void onWarning(String warning) {
            Warnings.print(List.of(warning), err);
        }
    }

    private static Progress printer(CommandSpec command) {
        return new TextProgress(command.commandLine().getErr(), Help.Ansi.AUTO.enabled());
    }

    /** Returns the progress for these options, not both of which may be given. */
    Progress progress() {
        if (quiet && json) {
            throw Usage.wrong(
                    command,
                    "--quiet shows no progress and --json shows it to programs; leave out one of"
                            + " the two");
        }
        if (quiet) {
            return new Quiet(command.commandLine().getErr());
        }
        return json
                ? new JsonProgress(command.commandLine().getErr(), System::nanoTime)
                : printer(command);
    }
}
