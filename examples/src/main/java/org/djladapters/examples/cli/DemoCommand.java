/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.nio.file.Path;
import org.djladapters.examples.Demo;
import org.djladapters.examples.builtin.ModelCache;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the demonstration of a compound adapter on a company's manual. */
@Command(
        name = "demo",
        header = {
            "Fine-tunes the search in a company's manual, and shows what changes.",
            "",
            "  adapters demo",
            "  adapters demo --output demo",
            ""
        },
        description =
                "The model is all-MiniLM-L6-v2; manual and questions come with this program."
                    + " Adapters of questions alone, with which the index stays as it is, and of"
                    + " questions and passages are trained with a few seeds and compared with the"
                    + " frozen model. The command takes a few minutes at most and needs no other"
                    + " file.")
final class DemoCommand extends ProgramCommand {

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Folder to write to. Default: ~/.cache/djl-adapters/demo.")
    private Path output;

    @Mixin private ProgressOptions shown;

    @Override
    public Integer call() throws Exception {
        Path folder = output == null ? ModelCache.root().resolve("demo") : output;
        return Interruption.watch(
                shown.progress(), err(), null, watch -> Demo.run(folder, out(), watch));
    }
}
