/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.djladapters.data.TaskKind;
import org.djladapters.task.option.Guard;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that name a search that must not get worse. */
@OptionGroup.In(OptionGroup.MODEL_AND_DATA)
final class GuardOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--guard",
            paramLabel = "FILE",
            description =
                    "Embeddings: pairs of other questions and their passages, in the form of the"
                            + " training data, which must not get worse: they are searched among"
                            + " their own passages after every epoch, and one that loses more than"
                            + " --guard-tolerance is not kept. Default: none.")
    private Path guard;

    @Option(
            names = "--guard-tolerance",
            paramLabel = "X",
            description =
                    "With --guard: by how much the metric may be smaller there than before the"
                            + " training. Default: 0.01.")
    private Double tolerance;

    /** Reads the guard, and checks before that what can be checked without a file. */
    Optional<Guard> read(Optional<TaskKind> task, DataOptions data) throws IOException {
        if (guard == null && tolerance != null) {
            throw Usage.wrong(
                    command, "--guard-tolerance needs --guard, the search that it is for");
        }
        if (guard == null) {
            return Optional.empty();
        }
        if (!task.equals(Optional.of(TaskKind.EMBEDDING))) {
            throw Usage.wrong(
                    command, "--guard is for embeddings; leave it out, or add --task embedding");
        }
        double most = tolerance == null ? Guard.TOLERANCE : tolerance;
        Usage.check(command, () -> Guard.requireTolerance(most));
        return Optional.of(Guard.of(data.readPairs(guard), most));
    }
}
