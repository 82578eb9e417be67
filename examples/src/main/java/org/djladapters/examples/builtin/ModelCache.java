/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.builtin;

import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.Sha256;

/** Directories of built-in models, which are made once and checked at every use. */
public final class ModelCache {

    /** The system property that names another cache folder. */
    public static final String CACHE_PROPERTY = "djladapters.cache";

    /** The environment variable that names another cache folder. */
    public static final String CACHE_VARIABLE = "DJL_ADAPTERS_CACHE";

    private static final String DJL_VARIABLE = "DJL_CACHE_DIR";
    private static final String OWN_FOLDER = "djl-adapters";

    /** Older versions kept models of another form in the parent folder. */
    private static final String MODELS = "models";

    private static final String CHECKSUMS = "checksums.txt";

    private ModelCache() {}

    /** The content of a directory: small files by name, and others that a maker writes. */
    record Content(Map<String, String> texts, List<String> large, Maker maker) {

        List<String> files() {
            return Stream.concat(texts.keySet().stream(), large.stream()).sorted().toList();
        }
    }

    /** Writes files into a directory. */
    @FunctionalInterface
    interface Maker {

        void make(Path directory) throws IOException;
    }

    /**
     * Returns the cache folder of this project, which may not exist yet: the folder in the system
     * property {@value #CACHE_PROPERTY}, else in the environment variable {@value #CACHE_VARIABLE},
     * else {@code djl-adapters} in the folder {@code DJL_CACHE_DIR}, else {@code
     * ~/.cache/djl-adapters}.
     */
    public static Path root() {
        String folder = System.getProperty(CACHE_PROPERTY, System.getenv(CACHE_VARIABLE));
        if (folder != null && !folder.isBlank()) {
            return Path.of(folder);
        }
        String djl = Utils.getEnvOrSystemProperty(DJL_VARIABLE);
        return djl == null || djl.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache", OWN_FOLDER)
                : Path.of(djl, OWN_FOLDER);
    }

    /** Returns the folder of models in the cache folder. */
    static Path folder() {
        return root().resolve(MODELS);
    }

    /** Returns a directory, which is made if it is missing, damaged or has another content. */
    static Path directory(Path place, Content content) throws IOException {
        Path directory = place.toAbsolutePath();
        if (!isIntact(directory, content)) {
            makeOnce(directory, content);
        }
        return directory;
    }

    /** Synchronized, because a file lock keeps out other processes but not other threads. */
    private static synchronized void makeOnce(Path directory, Content content) throws IOException {
        try (FileChannel lock = lockFile(directory)) {
            lock.lock(); // until the channel is closed
            if (!isIntact(directory, content)) {
                make(directory, content);
            }
        }
    }

    private static FileChannel lockFile(Path directory) throws IOException {
        try {
            Files.createDirectories(directory);
            return FileChannel.open(
                    directory.resolve(".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException(
                    directory
                            + " can't be written to, but the model is kept there; name another"
                            + " cache folder in"
                            + " the environment variable "
                            + DJL_VARIABLE
                            + " (or, for built-in models alone, "
                            + CACHE_VARIABLE
                            + ")",
                    e);
        }
    }

    private static void make(Path directory, Content content) throws IOException {
        for (Map.Entry<String, String> text : content.texts().entrySet()) {
            Path file = directory.resolve(text.getKey());
            Files.createDirectories(file.getParent());
            AtomicFiles.writeString(file, text.getValue());
        }
        content.maker().make(directory);
        AtomicFiles.writeString(directory.resolve(CHECKSUMS), checksums(directory, content));
    }

    private static boolean isIntact(Path directory, Content content) throws IOException {
        Path checksums = directory.resolve(CHECKSUMS);
        if (!Files.isRegularFile(checksums)) {
            return false;
        }
        for (String file : content.files()) {
            if (!Files.isRegularFile(directory.resolve(file))) {
                return false;
            }
        }
        return Files.readString(checksums, StandardCharsets.ISO_8859_1)
                .equals(checksums(directory, content));
    }

    /**
     * Lists the SHA-256 of every file, and of the small files of this version, so that a cache of
     * another version is noticed.
     */
    private static String checksums(Path directory, Content content) throws IOException {
        StringBuilder lines = new StringBuilder();
        String texts = String.join("\0", content.texts().values());
        lines.append(Sha256.of(texts.getBytes(StandardCharsets.UTF_8))).append("  made from\n");
        for (String file : content.files()) {
            lines.append(Sha256.of(directory.resolve(file))).append("  ").append(file).append('\n');
        }
        return lines.toString();
    }
}
