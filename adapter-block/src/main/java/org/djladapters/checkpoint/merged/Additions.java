/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.djladapters.io.AtomicFiles;

/**
 * What an export gets besides the model, and who looks at it before it is in its place.
 *
 * @param files texts by the names of their files, which can be in folders; they take the place of
 *     files of the base model
 * @param review takes the folder when everything is in it; what it throws ends the export, and
 *     nothing is left behind
 */
public record Additions(Map<String, String> files, Review review) {

    /** No files, and nobody looks. */
    public static final Additions NONE = new Additions(Map.of(), folder -> {});

    /** Looks at an exported folder. */
    @FunctionalInterface
    public interface Review {
        void accept(Path folder) throws IOException;
    }

    /** Writes the files into a folder that has the rest, and has it looked at. */
    void complete(Path folder) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path place = folder.resolve(file.getKey());
            Files.createDirectories(place.getParent());
            AtomicFiles.writeString(place, file.getValue());
        }
        review.accept(folder);
    }
}
