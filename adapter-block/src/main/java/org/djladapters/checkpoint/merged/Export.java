/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.djladapters.adapter.Adapter;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.AtomicFiles;
import org.djladapters.model.AdaptedModel;

/**
 * An export in whatever format: a model with adapters merged into its weights.
 *
 * @param model a model opened from a directory; it stays as it is
 * @param adapterNames the adapters in the order in which they act; none for the model without
 * @param labels the names of the classes in the order of the outputs, none where a number is
 *     predicted; empty for what the adapters or the description of the model say
 * @param files texts by the names of their files, which can be in folders; they take the place of
 *     files of the base model
 * @param check takes the adapters in their order; what it throws ends the export. Nothing of them
 *     changes between the check and the moment at which all that is exported has been read
 * @param review takes the folder when everything is in it; what it throws ends the export, and
 *     nothing is left behind
 */
public record Export(
        AdaptedModel model,
        List<String> adapterNames,
        Optional<List<String>> labels,
        Map<String, String> files,
        Consumer<List<Adapter>> check,
        Review review) {

    /** Looks at an exported folder. */
    @FunctionalInterface
    public interface Review {
        void accept(Path folder) throws IOException;
    }

    /** Exports adapters without further files and checks. */
    public static Export of(AdaptedModel model, List<String> adapterNames) {
        return new Export(
                model, adapterNames, Optional.empty(), Map.of(), adapters -> {}, folder -> {});
    }

    /** Returns the directory of the model, of which no file may be a link that leads out of it. */
    ModelDirectory original() throws IOException {
        ModelDirectory original =
                model.directory()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "Only a model that was opened from a directory can"
                                                        + " be exported; save native Blocks with"
                                                        + " Model.save"));
        ModelDescription.requireOwnFiles(original);
        return original;
    }

    /** Writes a directory, all or nothing; the marker is a file by which a whole one is known. */
    void write(Path directory, String marker, AtomicFiles.Content<Path> content)
            throws IOException {
        AtomicFiles.writeDirectory(
                directory,
                marker,
                existing -> false,
                folder -> {
                    content.writeTo(folder);
                    for (Map.Entry<String, String> file : files.entrySet()) {
                        Path place = folder.resolve(file.getKey());
                        Files.createDirectories(place.getParent());
                        AtomicFiles.writeString(place, file.getValue());
                    }
                    review.accept(folder);
                });
    }
}
