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

/** The folders where DJL keeps its native libraries and models. */
final class DjlCache {

    /** The messages of DJL when it can't write its native libraries. */
    private static final Pattern NOT_WRITTEN =
            Pattern.compile(
                    "(?i).*(extract|copy|download|load|save)\\b.*(native library|jni files|index"
                            + " file).*",
                    Pattern.DOTALL);

    private DjlCache() {}

    /** Explains a failure if its reason is that a cache can't be written. */
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

    /** Tries to write to a folder, since rights alone do not decide. */
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
