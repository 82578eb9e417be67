/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.djladapters.adapter.Adapter;
import org.djladapters.model.AdaptedModel;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/** The option that names an adapter. */
final class AdapterOption {

    private static final String NAME = "--adapter";

    private final boolean required;
    private final String description;
    private Path folder;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    private AdapterOption(boolean required, String description) {
        this.required = required;
        this.description = description;
    }

    static AdapterOption required(String what) {
        return new AdapterOption(true, what + ": " + Locations.ADAPTERS + ".");
    }

    static AdapterOption optional(String description) {
        return new AdapterOption(false, description);
    }

    @Spec(Spec.Target.SELF)
    @SuppressWarnings("unused") // called by picocli
    void addOption(CommandSpec own) {
        own.addOption(
                OptionSpec.builder(NAME)
                        .type(String.class)
                        .required(required)
                        .paramLabel("DIR")
                        .userObject(OptionGroup.MODEL_AND_DATA)
                        .description(description)
                        .build());
    }

    /** Returns the location as it was given. */
    Optional<String> location() {
        return Optional.ofNullable(
                command.commandLine().getParseResult().matchedOptionValue(NAME, null));
    }

    /** Finds the folder, if an adapter was given; one from elsewhere is fetched once. */
    Optional<Path> folder() throws IOException {
        if (folder == null && location().isPresent()) {
            folder = Locations.adapter(location().get(), command);
        }
        return Optional.ofNullable(folder);
    }

    /** Loads the adapter, if one was given, shows its warnings, and activates it. */
    void activate(AdaptedModel model, String name) throws IOException {
        if (load(model, name).isPresent()) {
            model.activate(name);
        }
    }

    /** Loads the adapter, if one was given, and shows its warnings. */
    Optional<Adapter> load(AdaptedModel model, String name) throws IOException {
        Optional<Path> found = folder();
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(Warnings.load(model, name, found.get(), command));
    }
}
