/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.djladapters.hub.OpenOptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Models that the tests of a class share, since opening costs more than most tests. */
public final class SharedModels implements AfterAllCallback {

    private final OpenOptions options;
    private final Map<Path, AdaptedModel> models = new HashMap<>();

    /** Opens models as they are opened without options. */
    public SharedModels() {
        this(OpenOptions.builder().build());
    }

    /** Opens models with options. */
    public SharedModels(OpenOptions options) {
        this.options = options;
    }

    /** Returns a model of the test resources by its name, without adapters. */
    public AdaptedModel open(String name) throws IOException {
        return open(Models.directory(name));
    }

    /** Returns the model in a directory, without adapters. */
    public AdaptedModel open(Path directory) throws IOException {
        AdaptedModel model = models.get(directory);
        if (model == null) {
            model = AdaptedModel.open(directory, options);
            models.put(directory, model);
        }
        model.unload();
        return model;
    }

    @Override
    public void afterAll(ExtensionContext context) {
        models.values().forEach(AdaptedModel::close);
        models.clear();
    }
}
