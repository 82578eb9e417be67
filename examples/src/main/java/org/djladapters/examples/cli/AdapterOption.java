/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.djladapters.adapter.Adapter;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.model.AdaptedModel;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option that names an adapter. */
@OptionGroup.In(OptionGroup.MODEL_AND_DATA)
final class AdapterOption {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--adapter",
            required = true,
            paramLabel = "DIR",
            description = "Adapter: " + Locations.ADAPTERS + ".")
    private String location;

    private Path folder;

    /** What was given. */
    String location() {
        return location;
    }

    /** Finds the folder, once: what was published is asked for and checked over a network. */
    Path folder() throws IOException {
        if (folder == null) {
            folder = Locations.adapter(location, command);
        }
        return folder;
    }

    /** Loads the adapter and shows its warnings. */
    Adapter load(AdaptedModel model, String name) throws IOException {
        Adapter adapter = AdapterDirectory.load(model, name, folder());
        Warnings.print(adapter.warnings(), command.commandLine().getErr());
        return adapter;
    }
}
