/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.djladapters.examples.Demo;
import org.djladapters.examples.minilm.MiniLm;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows on a small data set what a compound adapter does. */
@Command(
        name = "demo",
        header = {
            "Fine-tunes the built-in model on a small data set and compares the results.",
            "",
            "  adapters demo",
            "  adapters demo --output demo",
            ""
        },
        description =
                "The model is all-MiniLM-L6-v2; the data set, messages of"
                        + " customers, comes with this program. The command takes a minute or"
                        + " two and needs no other file.")
final class DemoCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Folder to write to. Default: ~/.cache/djl-adapters/demo.")
    private Path output;

    @Mixin private ProgressOptions shown;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Path folder = output == null ? MiniLm.directory().resolveSibling("demo") : output;
        Progress progress = shown.progress();
        try (Interruption interruption = new Interruption(progress, err)) {
            Demo.run(folder, out, interruption);
            interruption.complete();
            return 0;
        } catch (CancellationException e) {
            return Interruption.STATUS; // the message comes when all is closed
        }
    }
}
