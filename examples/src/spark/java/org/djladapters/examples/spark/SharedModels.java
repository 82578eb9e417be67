/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import ai.djl.ModelException;
import ai.djl.modality.Classifications;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.DeferredTranslatorFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The models of this Java machine. Spark gives its tasks no place to share something that can't be
 * sent, so this is static: a model is opened by the first task that needs it, used by all, and ends
 * with the machine.
 */
final class SharedModels {

    private static final Map<String, ZooModel<String, Classifications>> MODELS = new HashMap<>();

    private SharedModels() {}

    /**
     * Opens a model unless it is open.
     *
     * @param folder a classifier of texts as DJL knows it
     * @return the model; not to be closed
     * @throws IOException if it can't be read
     * @throws ModelException if it is no such model
     */
    static synchronized ZooModel<String, Classifications> open(String folder)
            throws IOException, ModelException {
        ZooModel<String, Classifications> model = MODELS.get(folder);
        if (model == null) {
            model =
                    Criteria.builder()
                            .setTypes(String.class, Classifications.class)
                            .optModelPath(Path.of(folder))
                            .optTranslatorFactory(new DeferredTranslatorFactory()) // the model's
                            .build()
                            .loadModel();
            MODELS.put(folder, model);
        }
        return model;
    }
}
