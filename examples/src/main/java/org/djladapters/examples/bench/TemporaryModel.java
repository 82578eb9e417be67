/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.djladapters.io.TemporaryFolder;

/** The directory of a model that is deleted after use, even if the program is interrupted. */
public final class TemporaryModel implements AutoCloseable {

    private final TemporaryFolder folder;

    private TemporaryModel(TemporaryFolder folder) {
        this.folder = folder;
    }

    /** Writes a model into the system's folder for temporary files; the caller closes it. */
    public static TemporaryModel of(ModelShape shape) throws IOException {
        TemporaryModel model = new TemporaryModel(TemporaryFolder.create());
        try {
            shape.write(model.directory());
            return model;
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    public Path directory() {
        return folder.path();
    }

    @Override
    public void close() {
        try {
            folder.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
