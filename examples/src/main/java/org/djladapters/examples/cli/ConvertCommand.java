/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.combination.AdapterAlgebra;
import org.djladapters.model.combination.LoraConversion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes an adapter in another form. */
@Command(
        name = "convert",
        description = {
            "Writes an adapter in another layout, or as the nearest LoRA of a rank.",
            "With --to-lora ends with the relative error."
        })
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
            names = "--overwrite",
            description = "Replaces the adapter that the output folder holds, if there is one.")
    private boolean overwrite;

    @Option(
            names = "--layout",
            paramLabel = "LAYOUT",
            description =
                    "How compound adapters keep their matrices: packed (default), half the size, or"
                            + " reference, as the fork of PEFT reads them.")
    private AdapterDirectory.Layout layout = AdapterDirectory.Layout.PACKED;

    @Option(
            names = "--to-lora",
            paramLabel = "R",
            description =
                    "Writes a LoRA adapter of this rank that does nearly the same, which PEFT"
                            + " loads too.")
    private Integer rank;

    @Override
    public Integer call() throws IOException {
        AdapterDirectory.requireSavable(output, overwrite);
        AdapterDirectory.requireOwnFiles(adapter.folder());
        try (AdaptedModel opened = model.open()) {
            adapter.load(opened, NAME);
            String written = NAME;
            if (rank != null) {
                written = "lora";
                show(AdapterAlgebra.toLora(opened, NAME, written, rank));
            }
            AdapterDirectory.save(opened, written, output, layout, opened.adapter(NAME).texts());
        }
        spec.commandLine().getOut().println(output);
        return 0;
    }

    private void show(LoraConversion conversion) {
        Table table = new Table();
        table.add("module", "relative error");
        conversion.errors().forEach((path, error) -> table.add(path, "%.4f".formatted(error)));
        table.print(spec.commandLine().getOut());
        spec.commandLine()
                .getOut()
                .printf("%.4f relative error of all weights together%n", conversion.error());
    }
}
