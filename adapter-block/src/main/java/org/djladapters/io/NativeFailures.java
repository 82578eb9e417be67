/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says why a native library that lies in its place can't be loaded. The system's message is the
 * same for a file system without programs and for too little address space.
 */
public final class NativeFailures {

    private static final Path MOUNTS = Path.of("/proc/self/mounts");

    private static final Path LIMITS = Path.of("/proc/self/limits");

    /** Java's message: the file, what the system says, which names the file again. */
    private static final Pattern NOT_MAPPED =
            Pattern.compile("(.+?): .*failed to map segment.*", Pattern.DOTALL);

    private static final Pattern ADDRESS_SPACE =
            Pattern.compile("(?m)^Max address space\\s+(\\d+)\\s");

    private NativeFailures() {}

    /** Returns a sentence with advice if a failure or one of its causes is of this kind. */
    public static Optional<String> explain(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnsatisfiedLinkError && cause.getMessage() != null) {
                return explain(cause.getMessage(), read(MOUNTS), read(LIMITS));
            }
        }
        return Optional.empty();
    }

    /**
     * Explains a message of Java.
     *
     * @param mounts what Linux says of mounted file systems, empty elsewhere
     * @param limits what Linux says of this process's limits, empty elsewhere
     */
    static Optional<String> explain(String message, String mounts, String limits) {
        Matcher mapped = NOT_MAPPED.matcher(message);
        if (!mapped.matches()) {
            return Optional.empty();
        }
        String library = mapped.group(1);
        if (forbidsPrograms(library, mounts)) {
            return Optional.of(
                    ("The native library '%s' can't be loaded, since its file system is mounted"
                                    + " with 'noexec'; mount it with 'exec', or name a folder"
                                    + " elsewhere in the environment variable DJL_CACHE_DIR")
                            .formatted(library));
        }
        Matcher limit = ADDRESS_SPACE.matcher(limits);
        if (limit.find()) {
            return Optional.of(
                    ("The native library '%s' does not fit into the address space of this"
                                    + " process, which is limited to %s MiB; raise the limit"
                                    + " (ulimit -v), and limit the memory of the container or"
                                    + " the control group instead")
                            .formatted(library, Long.parseLong(limit.group(1)) >> 20));
        }
        return Optional.empty();
    }

    /** Finds the file system of a file, which is the last one mounted at the longest path. */
    private static boolean forbidsPrograms(String file, String mounts) {
        Path path;
        try {
            path = Path.of(file).toAbsolutePath();
        } catch (InvalidPathException e) {
            return false;
        }
        Path longest = null;
        boolean forbids = false;
        for (String line : mounts.lines().toList()) {
            String[] fields = line.split(" ", -1); // device, place, kind, options
            if (fields.length < 4) {
                continue;
            }
            Path place = Path.of(fields[1].replace("\\040", " "));
            if (path.startsWith(place)
                    && (longest == null || place.getNameCount() >= longest.getNameCount())) {
                longest = place;
                forbids = List.of(fields[3].split(",", -1)).contains("noexec");
            }
        }
        return forbids;
    }

    private static String read(Path file) {
        try {
            return Files.isReadable(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return "";
        }
    }
}
