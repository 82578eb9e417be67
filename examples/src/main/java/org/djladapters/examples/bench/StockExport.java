/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.program.Checkpoint;
import org.djladapters.io.TemporaryFolder;

/**
 * A model in a form that DJL alone can open. For a HuggingFace checkpoint, its program and weights
 * are exported in float32 and deleted after use.
 */
public final class StockExport implements AutoCloseable {

    private static final String CONFIG = "config.json";

    private final Path directory;
    private final TemporaryFolder made;

    private StockExport(Path directory, TemporaryFolder made) {
        this.directory = directory;
        this.made = made;
    }

    /** Finds or writes the export. */
    public static StockExport of(Path folder) throws IOException {
        ModelDirectory model = ModelDirectory.open(folder);
        if (model.archive().isPresent()) {
            return new StockExport(folder, null);
        }
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
        JsonObject config = model.json(CONFIG).orElseGet(JsonObject::new);
        Checkpoint.open(model.path(), config).program().write(target.resolve("model.pt"));
        for (String name : new String[] {CONFIG, "preprocessor_config.json"}) {
            if (model.file(name).isPresent()) {
                Files.copy(model.file(name).get(), target.resolve(name));
            }
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
