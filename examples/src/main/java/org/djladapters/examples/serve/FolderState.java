/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.djladapters.io.AtomicFiles;

/**
 * What a folder holds, by the sizes and times of its files: a folder that was written since has
 * another state.
 *
 * @param files the files by name
 */
record FolderState(Map<String, FileState> files) {

    /**
     * A file.
     *
     * @param key what tells it from another of the same name, null where the system has no such
     */
    record FileState(long size, FileTime modified, Object key) {}

    /** Keeps a copy. */
    FolderState {
        files = Map.copyOf(files);
    }

    /**
     * Looks at a folder.
     *
     * @throws IOException if it can't be read, or changes at this moment
     */
    static FolderState of(Path folder) throws IOException {
        Map<String, FileState> files = new TreeMap<>();
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path file : entries.filter(AtomicFiles::isContent).toList()) {
                files.put(file.getFileName().toString(), state(file));
            }
        }
        return new FolderState(files);
    }

    /**
     * The state of a file; of one that is gone, or a link that leads nowhere, that it is not there.
     */
    private static FileState state(Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileState(
                    attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
        } catch (NoSuchFileException e) {
            return new FileState(-1, FileTime.fromMillis(0), null);
        }
    }
}
