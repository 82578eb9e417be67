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
 * Finds the folders of models and adapters: all that {@link ModelLocation} finds, and published
 * ones.
 */
final class Locations {

    /** The locations of models in descriptions of options. */
    static final String MODELS =
            "a folder, hf://organization/name[@revision] of the HuggingFace hub, builtin:NAME (see"
                    + " model --list), or a URL (djl:, http:, file:, jar:)";

    /** The locations of adapters in descriptions of options. */
    static final String ADAPTERS =
            "a folder as finetune or PEFT writes it, hf://user/name[@revision] of the HuggingFace"
                    + " hub, or where an adapter was published:"
                    + " https://host/repo#org.example:tickets:1.0";

    /** A repository and coordinates. */
    private static final Pattern PUBLISHED = Pattern.compile(".+#[^#/\\\\]+:[^#/\\\\]+");

    private Locations() {}

    /** Finds the folder of an adapter; one from elsewhere is downloaded into a cache first. */
    static Path adapter(String location, CommandSpec command) throws IOException {
        Progress progress = progress(command);
        return PUBLISHED.matcher(location).matches()
                ? AdapterZoo.of().fetch(location, progress)
                : ModelLocation.adapter(location, progress);
    }

    /** Finds the folder of a model; one from elsewhere is downloaded into a cache first. */
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
