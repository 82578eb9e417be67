/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import ai.djl.Application;
import ai.djl.MalformedModelException;
import ai.djl.repository.Artifact;
import ai.djl.repository.MRL;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.DefaultModelZoo;
import ai.djl.repository.zoo.ModelLoader;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.DeferredTranslatorFactory;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.data.encoding.TokenizerFile;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.ModelTower;
import org.djladapters.hub.OpenOptions;
import org.djladapters.model.AdaptedModel;

/** Loads the newest version of an artifact: an adapter onto a base, or a model. */
class ArtifactLoader implements ModelLoader {

    private final VerifiedRepository repository;
    private final MRL mrl;

    ArtifactLoader(VerifiedRepository repository, MRL mrl) {
        this.repository = repository;
        this.mrl = mrl;
    }

    @Override
    public String getGroupId() {
        return mrl.getGroupId();
    }

    @Override
    public String getArtifactId() {
        return mrl.getArtifactId();
    }

    @Override
    public Application getApplication() {
        return mrl.getApplication();
    }

    @Override
    public MRL getMrl() {
        return mrl;
    }

    @Override
    public <I, O> ZooModel<I, O> loadModel(Criteria<I, O> criteria)
            throws IOException, ModelNotFoundException, MalformedModelException {
        return open(fetch(criteria, criteria.getProgress()), criteria);
    }

    @Override
    public <I, O> boolean isDownloaded(Criteria<I, O> criteria) throws IOException {
        Artifact artifact = newest(criteria);
        return repository.isIntact(artifact, repository.getResourceDirectory(artifact));
    }

    @Override
    public <I, O> void downloadModel(Criteria<I, O> criteria, Progress progress)
            throws IOException, ModelNotFoundException {
        fetch(criteria, progress);
    }

    /** Brings what is loaded into the cache and returns its folder. */
    Path fetch(Criteria<?, ?> criteria, Progress progress)
            throws IOException, ModelNotFoundException {
        return repository.fetch(newest(criteria), progress);
    }

    private Artifact newest(Criteria<?, ?> criteria) throws IOException {
        return repository.resolve(mrl, criteria.getFilters());
    }

    /** Opens what was fetched. */
    private static <I, O> ZooModel<I, O> open(Path folder, Criteria<I, O> criteria)
            throws IOException, ModelNotFoundException, MalformedModelException {
        if (!AdapterDirectory.holdsAdapter(folder)) {
            return openModel(folder, criteria);
        }
        Optional<String> base = option(criteria, AdapterZoo.BASE);
        if (base.isEmpty()) {
            throw new ModelNotFoundException(
                    "An adapter needs its base model; set the option '"
                            + AdapterZoo.BASE
                            + "' to the model's folder");
        }
        Path fetched = AdapterZoo.fetch(base.get());
        OpenOptions options = openOptions(criteria);
        TranslatorFactory factory = criteria.getTranslatorFactory();
        return factory == null
                ? AdaptedZooModel.open(
                        fetched,
                        folder,
                        options,
                        criteria.getInputClass(),
                        criteria.getOutputClass())
                : AdaptedZooModel.openWith(
                        fetched, folder, options, model -> translator(factory, criteria, model));
    }

    private static OpenOptions openOptions(Criteria<?, ?> criteria) {
        return OpenOptions.builder()
                .optDevice(criteria.getDevice())
                .optTower(ModelTower.of(criteria.getInputClass()).orElse(null))
                .optAllowFileAccess(
                        option(criteria, AdapterZoo.ALLOW_FILE_ACCESS)
                                .map(Boolean::parseBoolean)
                                .orElse(false))
                .build();
    }

    /** Opens a model as DJL alone would, but not before its archive is checked. */
    private static <I, O> ZooModel<I, O> openModel(Path folder, Criteria<I, O> criteria)
            throws IOException, ModelNotFoundException, MalformedModelException {
        TokenizerFile.checkIn(folder);
        ModelDirectory.open(folder).checkArchive(openOptions(criteria));
        Map<String, String> options = options(criteria);
        options.remove(AdapterZoo.BASE);
        options.remove(AdapterZoo.ADAPTER);
        options.remove(AdapterZoo.ALLOW_FILE_ACCESS);
        TranslatorFactory factory = criteria.getTranslatorFactory();
        return criteria.toBuilder()
                .optGroupId(null)
                .optArtifactId(null)
                .optFilters(null)
                .optOptions(options)
                .optModelZoo(new DefaultModelZoo(folder.toUri().toURL().toString()))
                .optTranslatorFactory(factory == null ? new DeferredTranslatorFactory() : factory)
                .build()
                .loadModel();
    }

    private static <I, O> Translator<I, O> translator(
            TranslatorFactory factory, Criteria<I, O> criteria, AdaptedModel model)
            throws IOException {
        Map<String, Object> arguments =
                new HashMap<>(model.directory().orElseThrow().servingArguments());
        if (criteria.getArguments() != null) {
            arguments.putAll(criteria.getArguments());
        }
        try {
            return factory.newInstance(
                    criteria.getInputClass(), criteria.getOutputClass(), model.model(), arguments);
        } catch (TranslateException e) {
            throw new IOException("The translator can't be made: " + e.getMessage(), e);
        }
    }

    static Optional<String> option(Criteria<?, ?> criteria, String name) {
        return Optional.ofNullable(options(criteria).get(name));
    }

    private static Map<String, String> options(Criteria<?, ?> criteria) {
        return criteria.getOptions() == null
                ? new HashMap<>()
                : new HashMap<>(criteria.getOptions());
    }

    @Override
    public String toString() {
        return getGroupId() + ":" + getArtifactId() + " in " + repository.getName();
    }
}
