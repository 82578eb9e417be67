/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.djladapters.zoo.AdapterZoo;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Finds the folder of what a command names: all that {@link org.djladapters.hub.ModelLocation}
 * takes, and what was published.
 */
final class ModelLocation {

    /** What descriptions of options say of models. */
    static final String MODELS =
            "a folder, hf://organization/name[@revision] of the HuggingFace hub, or a URL (djl:,"
                    + " http:, file:, jar:)";

    /** What they say of adapters. */
    static final String ADAPTERS =
            "a folder as finetune or PEFT writes it, hf://user/name[@revision] of the HuggingFace"
                    + " hub, or where an adapter was published:"
                    + " https://host/repo#org.example:tickets:1.0";

    /** A repository and coordinates. */
    private static final Pattern PUBLISHED = Pattern.compile(".+#[^#/\\\\]+:[^#/\\\\]+");

    private ModelLocation() {}

    /**
     * Finds the folder of an adapter; one from elsewhere is brought into a cache first.
     *
     * @param location as {@link org.djladapters.hub.ModelLocation} takes it, or a repository with
     *     coordinates as {@link AdapterZoo} takes it
     * @param command the command, which shows its progress
     * @return the folder
     * @throws IOException if it can't be had
     */
    static Path adapter(String location, CommandSpec command) throws IOException {
        ai.djl.util.Progress progress = progress(command);
        return PUBLISHED.matcher(location).matches()
                ? AdapterZoo.of().fetch(location, progress)
                : org.djladapters.hub.ModelLocation.adapter(location, progress);
    }

    /**
     * Finds the folder of a model; one from elsewhere is brought into a cache first.
     *
     * @param location as {@link org.djladapters.hub.ModelLocation} takes it, or a repository with
     *     coordinates as {@link AdapterZoo} takes it
     * @param command the command, which shows its progress
     * @return the folder
     * @throws IOException if there is no model at the location
     */
    static Path resolve(String location, CommandSpec command) throws IOException {
        ai.djl.util.Progress progress = progress(command);
        return PUBLISHED.matcher(location).matches()
                ? AdapterZoo.of().fetch(location, progress)
                : org.djladapters.hub.ModelLocation.resolve(location, progress);
    }

    private static ai.djl.util.Progress progress(CommandSpec command) {
        return new DownloadProgress(ProgressOptions.of(command));
    }
}
