/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.surgery.AdaptedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes an adapter in another form. */
@Command(
        name = "convert",
        description = "Writes an adapter in another layout, as the Python libraries read it.")
final class ConvertCommand implements Callable<Integer> {

    private static final String NAME = "converted";

    @Spec private CommandSpec spec;

    @Mixin private ModelOption model;

    @Mixin private AdapterOption adapter;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "Folder to write the adapter to.")
    private Path output;

    @Option(
            names = "--layout",
            paramLabel = "LAYOUT",
            description =
                    "How compound adapters keep their matrices: packed (default), half the size, or"
                            + " reference, as the fork of PEFT reads them.")
    private AdapterDirectory.Layout layout = AdapterDirectory.Layout.PACKED;

    @Override
    public Integer call() throws IOException {
        try (AdaptedModel opened = model.open()) {
            adapter.load(opened, NAME);
            AdapterDirectory.save(
                    opened, NAME, output, layout, AdapterDirectory.texts(adapter.folder()));
        }
        spec.commandLine().getOut().println(output);
        return 0;
    }
}
