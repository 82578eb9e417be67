/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.gguf.GgufAdapter;
import org.djladapters.io.AtomicFiles;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.combination.AdapterAlgebra;
import org.djladapters.model.combination.LoraConversion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes an adapter in another layout, or as a LoRA adapter. */
@Command(
        name = "convert",
        header = {
            "Writes an adapter in another layout, or as the nearest LoRA"
                    + " adapter of a given rank.",
            "",
            "  adapters convert --model model --adapter tuned --to-lora 16 --output lora",
            "  adapters convert --model model --adapter tuned --output fork \\",
            "      --layout reference",
            "  adapters convert --model smollm2 --adapter titles --to-lora 16 \\",
            "      --layout gguf --output titles-gguf",
            ""
        },
        description = "With --to-lora the last line is the relative error.")
@OptionGroup.In(OptionGroup.OUTPUT)
final class ConvertCommand extends ProgramCommand {

    private static final String NAME = "converted";
    private static final String GGUF = "adapter.gguf";

    @Mixin private ModelOption model;

    @Mixin private final AdapterOption adapter = AdapterOption.required("Adapter");

    @Mixin private AdapterOutput output;

    @Option(
            names = "--layout",
            paramLabel = "LAYOUT",
            description =
                    "packed; reference, with the matrices of compound adapters as the fork of"
                            + " PEFT reads them, twice the size; or gguf, the file"
                            + " adapter.gguf for llama.cpp and Ollama: a LoRA of a"
                            + " language model, without a head. Default: packed.")
    private Layout layout = Layout.PACKED;

    private enum Layout {
        PACKED,
        REFERENCE,
        GGUF
    }

    @Option(
            names = "--to-lora",
            paramLabel = "R",
            description =
                    "Write the LoRA adapter of this rank that is nearest to the"
                            + " adapter; PEFT loads it too.")
    private Integer rank;

    @Override
    public Integer call() throws IOException {
        AdapterDirectory.requireSavable(output.folder(), output.overwrites());
        AdapterDirectory.requireOwnFiles(adapter.folder().orElseThrow());
        try (AdaptedModel opened = model.open()) {
            adapter.load(opened, NAME);
            String written = NAME;
            if (rank != null) {
                written = "lora";
                show(AdapterAlgebra.toLora(opened, NAME, written, rank));
            }
            write(opened, written);
        }
        out().println(output.folder());
        return 0;
    }

    private void write(AdaptedModel opened, String written) throws IOException {
        switch (layout) {
            case PACKED -> save(opened, written, AdapterDirectory.Layout.PACKED);
            case REFERENCE -> save(opened, written, AdapterDirectory.Layout.REFERENCE);
            case GGUF ->
                    AtomicFiles.writeDirectory(
                            output.folder(),
                            existing -> false,
                            folder -> GgufAdapter.write(opened, written, folder.resolve(GGUF)));
        }
    }

    private void save(AdaptedModel opened, String written, AdapterDirectory.Layout as)
            throws IOException {
        AdapterDirectory.save(
                opened, written, output.folder(), as, AdapterDirectory.texts(opened.adapter(NAME)));
    }

    private void show(LoraConversion conversion) {
        Table table = new Table();
        table.add("module", "relative error");
        conversion.errors().forEach((path, error) -> table.add(path, "%.4f".formatted(error)));
        table.print(out());
        out().printf("%.4f relative error of all weights together%n", conversion.error());
    }
}
