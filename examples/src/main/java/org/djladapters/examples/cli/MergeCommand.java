/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.ndarray.NDList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.rotation.Matmul;
import org.djladapters.task.TaskModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a model with an adapter merged into it. */
@Command(
        name = "merge",
        header = {
            "Writes a model folder with the adapter merged in, for any program that uses DJL.",
            "",
            "  adapters merge --model model --adapter tuned --output merged",
            "  adapters merge --model model --output merged \\",
            "      --adapter https://host/repo#org.example:tickets:1.0",
            ""
        })
final class MergeCommand implements Callable<Integer> {

    private static final String NAME = "merged";

    @Spec private CommandSpec spec;

    @Mixin private ModelOption model;

    @Mixin private AdapterOption adapter;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "Folder to write the model to.")
    private Path output;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--original-products",
            description =
                    "Keep the linear layers of the program as they are written. Without"
                            + " this option they compute large products with oneDNN where the CPU"
                            + " has AVX-512; that was measured on one machine and may be slower"
                            + " on another.")
    private boolean originalProducts;

    @Override
    public Integer call() throws IOException {
        AdapterDirectory.requireOwnFiles(adapter.folder());
        try (AdaptedModel opened = model.open()) {
            adapter.load(opened, NAME);
            try (TaskModel<NDList, NDList> task =
                    TaskModel.of(opened, NDList.class, NDList.class, NAME)) {
                if (originalProducts) {
                    task.export(output, Matmul.MKL);
                } else {
                    task.export(output);
                }
                spec.commandLine().getErr().println(task.usage());
            }
        }
        spec.commandLine().getOut().println(output);
        return 0;
    }
}
