/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.djladapters.examples.builtin.BuiltInModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a built-in model and prints its folder. */
@Command(
        name = "model",
        header = {
            "Prints the folder of a built-in model, which needs no network.",
            "",
            "  adapters model",
            "  adapters model --list",
            "  adapters inspect --model builtin:bge-small-en-v1.5",
            ""
        },
        description = "The model is built on first use.")
final class ModelCommand extends ProgramCommand {

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "NAME",
            description = "Name of the model. Default: ${DEFAULT-VALUE}.")
    private String name = BuiltInModel.ALL_MINILM_L6_V2.modelName();

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--list",
            description =
                    "List the built-in models: names, numbers of weights, sizes, and whether they"
                            + " can be opened without a download.")
    private boolean list;

    @Override
    public Integer call() throws IOException {
        if (list) {
            list();
        } else {
            out().println(checked(() -> BuiltInModel.of(name)).directory());
        }
        return 0;
    }

    private void list() throws IOException {
        Table table = new Table();
        table.add("model", "weights", "MB", "there");
        List<ResultLine> lines = new ArrayList<>();
        for (BuiltInModel model : BuiltInModel.values()) {
            String location = BuiltInModel.SCHEME + model.modelName();
            long bytes = model.parameters() * Float.BYTES;
            boolean there = model.isThere();
            table.add(
                    location,
                    "%,d".formatted(model.parameters()),
                    Math.round(bytes / 1e6),
                    there ? "yes" : "after: " + model.command());
            lines.add(
                    new ResultLine()
                            .text("model", location)
                            .count("parameters", model.parameters())
                            .count("bytes", bytes)
                            .flag("there", there));
        }
        table.print(out());
        out().println(new ResultLine().list("models", lines));
    }
}
