/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The folders where DJL keeps its native libraries and what it has fetched. */
final class DjlCache {

    /** What DJL says where it can't write its native libraries there. */
    private static final Pattern NOT_WRITTEN =
            Pattern.compile(
                    "(?i).*(extract|copy|download|load|save)\\b.*(native library|jni files|index"
                            + " file).*",
                    Pattern.DOTALL);

    private DjlCache() {}

    /**
     * Returns whether something failed because a cache can't be written.
     *
     * @return what is wrong and what to do; nothing if it failed for another reason
     */
    static Optional<String> explain(Throwable failure) {
        List<Path> folders = List.of(Utils.getEngineCacheDir(), Utils.getCacheDir());
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (NOT_WRITTEN.matcher(String.valueOf(cause.getMessage())).matches()
                    || (cause instanceof FileSystemException file && isIn(file, folders))) {
                return folders.stream().flatMap(folder -> problem(folder).stream()).findFirst();
            }
        }
        return Optional.empty();
    }

    private static boolean isIn(FileSystemException failure, List<Path> folders) {
        if (failure.getFile() == null) {
            return false;
        }
        try {
            Path file = Path.of(failure.getFile()).toAbsolutePath();
            return folders.stream().map(Path::toAbsolutePath).anyMatch(file::startsWith);
        } catch (InvalidPathException e) {
            return false; // a URL, where that is no path
        }
    }

    /** Tries, as rights do not tell all. */
    private static Optional<String> problem(Path folder) {
        try {
            Files.delete(Files.createTempFile(Files.createDirectories(folder), ".tmp-", null));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(
                    folder
                            + " can't be written to, but DJL keeps its native libraries and"
                            + " models there; name"
                            + " another cache folder in the environment variable DJL_CACHE_DIR");
        }
    }
}
