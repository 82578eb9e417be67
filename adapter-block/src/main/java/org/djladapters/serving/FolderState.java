/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.serving;

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

/** The sizes and times of a folder's files by name, by which a changed folder is noticed. */
public record FolderState(Map<String, FileState> files) {

    /** A file; the key tells it from another of the same name, and is null on some systems. */
    public record FileState(long size, FileTime modified, Object key) {}

    public FolderState {
        files = Map.copyOf(files);
    }

    /** Reads the state of a folder; fails if the folder changes at this moment. */
    public static FolderState of(Path folder) throws IOException {
        Map<String, FileState> files = new TreeMap<>();
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path file : entries.filter(AtomicFiles::isContent).toList()) {
                files.put(file.getFileName().toString(), state(file));
            }
        }
        return new FolderState(files);
    }

    /** Reads the state of a file; one that is gone, and a broken link, have size -1. */
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
