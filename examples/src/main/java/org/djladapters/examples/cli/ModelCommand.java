/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.djladapters.examples.minilm.MiniLm;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Makes the built-in model and says where it is. */
@Command(
        name = "model",
        header = {
            "Prints the folder of the built-in all-MiniLM-L6-v2.",
            "",
            "  adapters model",
            "  adapters inspect --model \"$(adapters model)\"",
            ""
        },
        description = "The model is built on first use.")
final class ModelCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        spec.commandLine().getOut().println(MiniLm.directory());
        return 0;
    }
}
