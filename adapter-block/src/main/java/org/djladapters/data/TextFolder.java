/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Folders that hold the tables of a task under the names that GLUE gives them. A folder with images
 * is an image folder.
 */
final class TextFolder {

    private static final List<String> TRAIN = List.of("train.tsv");

    /** MNLI has two; the other one, with sentences from other sources, must be named. */
    private static final List<String> DEV = List.of("dev.tsv", "dev_matched.tsv");

    private TextFolder() {}

    /** Returns the table to learn from in a folder of tables; any other path as it is. */
    static Path train(Path source) throws IOException {
        return table(source, TRAIN);
    }

    /** Returns the table to measure on in a folder of tables; any other path as it is. */
    static Path dev(Path source) throws IOException {
        return table(source, DEV);
    }

    private static Path table(Path source, List<String> wanted) throws IOException {
        List<String> tables =
                Stream.concat(TRAIN.stream(), DEV.stream())
                        .filter(name -> Files.isRegularFile(source.resolve(name)))
                        .toList();
        if (tables.isEmpty() || ImageFolder.hasImages(source)) {
            return source;
        }
        for (String name : wanted) {
            if (tables.contains(name)) {
                return source.resolve(name);
            }
        }
        throw new IOException(
                "Folder '%s' has %s but no %s; add it or give a file"
                        .formatted(
                                source, String.join(" and ", tables), String.join(" or ", wanted)));
    }
}
