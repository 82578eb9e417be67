/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.djladapters.adapter.Adapter;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.model.AdaptedModel;
import picocli.CommandLine.Model.CommandSpec;

/** Shows what may be wrong with an adapter or the machine. */
final class Warnings {

    private Warnings() {}

    static void print(List<String> warnings, PrintWriter err) {
        warnings.forEach(warning -> err.println("warning: " + PlainText.line(warning)));
    }

    /** Shows that the machine is too busy for so many threads of the engine. */
    static void printLoad(int threads, PrintWriter err) {
        print(MachineLoad.current().warning(threads).stream().toList(), err);
    }

    /** Loads an adapter and shows its warnings. */
    static Adapter load(AdaptedModel model, String name, Path folder, CommandSpec command)
            throws IOException {
        Adapter adapter = AdapterDirectory.load(model, name, folder);
        print(adapter.warnings(), command.commandLine().getErr());
        return adapter;
    }
}
