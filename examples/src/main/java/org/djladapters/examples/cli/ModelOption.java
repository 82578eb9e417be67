/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.djladapters.model.AdaptedModel;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option that names the model. */
@OptionGroup.In(OptionGroup.MODEL_AND_DATA)
final class ModelOption {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR",
            description = "Model: " + Locations.MODELS + ".")
    private String location;

    @Mixin private FileAccessOption access;

    /** Finds the folder of the model. */
    Path folder() throws IOException {
        return Locations.model(location, command);
    }

    boolean allowsFileAccess() {
        return access.allowed();
    }

    /** Opens the model, with the options of changes; the caller closes it. */
    AdaptedModel open(FileAccessOption.Change... changes) throws IOException {
        return access.open(folder(), changes);
    }
}
