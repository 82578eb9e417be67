/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.ModelTower;
import org.djladapters.hub.program.Checkpoint;
import org.djladapters.io.TemporaryFolder;

/**
 * A model in a form that DJL alone can open. For a HuggingFace checkpoint, its program and weights
 * are exported in float32 and deleted after use.
 */
public final class StockExport implements AutoCloseable {

    private static final String IMAGES = "preprocessor_config.json";

    private final Path directory;
    private final TemporaryFolder made;

    private StockExport(Path directory, TemporaryFolder made) {
        this.directory = directory;
        this.made = made;
    }

    /**
     * Finds or writes the export.
     *
     * @param tower the tower of a model with two, empty for all
     */
    public static StockExport of(Path folder, Optional<ModelTower> tower) throws IOException {
        ModelDirectory whole = ModelDirectory.open(folder);
        if (whole.archive().isPresent()) {
            return new StockExport(folder, null);
        }
        ModelDirectory model = tower.isEmpty() ? whole : whole.tower(tower.get());
        TemporaryFolder made = TemporaryFolder.create();
        try {
            write(model, made.path());
            return new StockExport(made.path(), made);
        } catch (IOException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    private static void write(ModelDirectory model, Path target) throws IOException {
        JsonObject config = model.config();
        Checkpoint.open(model.path(), config).program().write(target.resolve("model.pt"));
        Files.writeString(target.resolve("config.json"), config.toString());
        if (model.file(IMAGES).isPresent()) {
            Files.copy(model.file(IMAGES).get(), target.resolve(IMAGES));
        }
    }

    public Path directory() {
        return directory;
    }

    @Override
    public void close() throws IOException {
        if (made != null) {
            made.close();
        }
    }
}
