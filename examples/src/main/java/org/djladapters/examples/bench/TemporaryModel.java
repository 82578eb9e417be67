/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The directory of a model that is deleted after use, even if the program is interrupted. */
public final class TemporaryModel implements AutoCloseable {

    private final Path directory;
    private final Thread hook = new Thread(this::delete, "temporary-model");

    private TemporaryModel(Path directory) {
        this.directory = directory;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Writes a model into the system's folder for temporary files.
     *
     * @param shape the model
     * @return the model, which the caller closes
     * @throws IOException if the model can't be written
     */
    public static TemporaryModel of(ModelShape shape) throws IOException {
        TemporaryModel model = new TemporaryModel(Files.createTempDirectory("djl-adapters-shape"));
        try {
            shape.write(model.directory);
            return model;
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * The directory of the model.
     *
     * @return its path
     */
    public Path directory() {
        return directory;
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(hook);
        delete();
    }

    private void delete() {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
