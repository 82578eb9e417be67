/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import ai.djl.Application;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.head.LabelsFile;
import org.djladapters.checkpoint.merged.ModelDescription;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.io.MalformedFileException;
import org.djladapters.task.Tasks;

/**
 * The content of a directory that is to be published as an artifact.
 *
 * @param name the name of the artifact's model for DJL; of an adapter, none
 * @param application its application, as far as it tells
 * @param files the names of its files
 * @param properties the properties by which it is found
 * @param arguments the arguments of DJL's translators
 * @param options the options of DJL's engine
 */
record Content(
        String name,
        Application application,
        List<String> files,
        Map<String, String> properties,
        Map<String, String> arguments,
        Map<String, String> options) {

    private static final Map<String, Application> APPLICATIONS =
            Map.of(
                    "TextClassificationTranslatorFactory",
                    Application.NLP.TEXT_CLASSIFICATION,
                    "TextEmbeddingTranslatorFactory",
                    Application.NLP.TEXT_EMBEDDING,
                    "ImageClassificationTranslatorFactory",
                    Application.CV.IMAGE_CLASSIFICATION);

    /** The application of a regression, by the translator that gives its numbers. */
    private static final Map<String, Application> NUMBERS =
            Map.of(
                    "TextClassificationTranslatorFactory",
                    Application.NLP.TEXT_CLASSIFICATION,
                    "TextEmbeddingTranslatorFactory",
                    Application.NLP.TEXT_CLASSIFICATION,
                    "ImageFeatureExtractorFactory",
                    Application.CV.IMAGE_CLASSIFICATION);

    /** Describes a directory that holds an adapter or a model. */
    static Content of(Path directory) throws IOException {
        return AdapterDirectory.holdsAdapter(directory) ? adapter(directory) : model(directory);
    }

    private static Content adapter(Path directory) throws IOException {
        AdapterDirectory.requireOwnFiles(directory);
        AdapterDirectory.Description adapter = AdapterDirectory.describe(directory);
        // who downloads it could not load it
        AdapterDirectory.requireFinite(directory);
        LabelsFile.requireFitting(directory);
        Map<String, String> properties = new TreeMap<>();
        properties.put("kind", "adapter");
        properties.put("method", adapter.method());
        adapter.base().ifPresent(base -> properties.put("base", base));
        return new Content(
                null,
                Tasks.application(directory),
                adapter.files(),
                properties,
                Map.of(),
                Map.of());
    }

    private static Content model(Path directory) throws IOException {
        ModelDirectory model = ModelDirectory.open(directory);
        ModelDescription.requireOwnFiles(model);
        requireKnownPooling(model);
        Map<String, String> arguments = model.servingArguments();
        String factory = arguments.getOrDefault("translatorFactory", "").replaceFirst(".*\\.", "");
        Map<String, String> properties = new HashMap<>();
        properties.put("kind", "model");
        model.modelType().ifPresent(type -> properties.put("architecture", type));
        return new Content(
                model.name(),
                model.problemType().equals(Optional.of("regression"))
                        ? NUMBERS.getOrDefault(factory, Application.UNDEFINED)
                        : APPLICATIONS.getOrDefault(factory, Application.UNDEFINED),
                ModelDescription.files(model),
                properties,
                arguments,
                model.servingOptions());
    }

    /** Refuses a model of which only a folder of a module tells how it gives texts vectors. */
    private static void requireKnownPooling(ModelDirectory model) throws IOException {
        if (model.file("modules.json").isEmpty()
                || (model.servingProperty("pooling").isPresent()
                        && model.servingProperty("normalize").isPresent())) {
            return;
        }
        SentenceSettings settings = SentenceSettings.of(model, note -> {});
        if (settings.pooling() != SentenceSettings.DEFAULT.pooling()
                || settings.normalize() != SentenceSettings.DEFAULT.normalize()) {
            throw new MalformedFileException(
                    model.path().resolve("modules.json"),
                    "tells how texts get vectors in folders, which a repository does not hold;"
                            + " publish the TorchScript model that merge writes of it");
        }
    }
}
