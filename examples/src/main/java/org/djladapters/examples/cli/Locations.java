/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.util.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.djladapters.examples.builtin.BuiltInModel;
import org.djladapters.hub.ModelLocation;
import org.djladapters.zoo.AdapterZoo;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Finds the folder of what a command names: all that {@link ModelLocation} takes, and what was
 * published.
 */
final class Locations {

    /** What descriptions of options say of models. */
    static final String MODELS =
            "a folder, hf://organization/name[@revision] of the HuggingFace hub, builtin:NAME (see"
                    + " model --list), or a URL (djl:, http:, file:, jar:)";

    /** What they say of adapters. */
    static final String ADAPTERS =
            "a folder as finetune or PEFT writes it, hf://user/name[@revision] of the HuggingFace"
                    + " hub, or where an adapter was published:"
                    + " https://host/repo#org.example:tickets:1.0";

    /** A repository and coordinates. */
    private static final Pattern PUBLISHED = Pattern.compile(".+#[^#/\\\\]+:[^#/\\\\]+");

    private Locations() {}

    /**
     * Finds the folder of an adapter; one from elsewhere is brought into a cache first.
     *
     * @param location as {@link ModelLocation} takes it, or a repository with coordinates as {@link
     *     AdapterZoo} takes it
     * @param command the command, which shows its progress
     * @throws IOException if it can't be had
     */
    static Path adapter(String location, CommandSpec command) throws IOException {
        Progress progress = progress(command);
        return PUBLISHED.matcher(location).matches()
                ? AdapterZoo.of().fetch(location, progress)
                : ModelLocation.adapter(location, progress);
    }

    /**
     * Finds the folder of a model; one from elsewhere is brought into a cache first.
     *
     * @param location as {@link ModelLocation} takes it, a repository with coordinates as {@link
     *     AdapterZoo} takes it, or the name of a built-in model
     * @param command the command, which shows its progress
     * @throws IOException if there is no model at the location
     */
    static Path model(String location, CommandSpec command) throws IOException {
        if (location.startsWith(BuiltInModel.SCHEME)) {
            return BuiltInModel.of(location.substring(BuiltInModel.SCHEME.length())).directory();
        }
        Progress progress = progress(command);
        return PUBLISHED.matcher(location).matches()
                ? AdapterZoo.of().fetch(location, progress)
                : ModelLocation.resolve(location, progress);
    }

    private static Progress progress(CommandSpec command) {
        return new DownloadProgress(ProgressOptions.of(command));
    }
}
