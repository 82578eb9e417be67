/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import ai.djl.Application;
import ai.djl.MalformedModelException;
import ai.djl.repository.MRL;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelLoader;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.util.Progress;
import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Loads what the option {@value AdapterZoo#ADAPTER} of the criteria names. */
final class LocationLoader implements ModelLoader {

    private final AdapterZoo zoo;

    LocationLoader(AdapterZoo zoo) {
        this.zoo = zoo;
    }

    @Override
    public String getGroupId() {
        return AdapterZoo.GROUP_ID;
    }

    @Override
    public String getArtifactId() {
        return AdapterZoo.ADAPTER;
    }

    @Override
    public Application getApplication() {
        return Application.UNDEFINED;
    }

    @Override
    public MRL getMrl() {
        // A place where nothing is listed; the criteria tell where to look.
        VerifiedRepository nowhere = VerifiedRepository.of(Utils.getCacheDir().toString());
        return MRL.undefined(nowhere, getGroupId(), getArtifactId());
    }

    @Override
    public <I, O> ZooModel<I, O> loadModel(Criteria<I, O> criteria)
            throws IOException, ModelNotFoundException, MalformedModelException {
        return ArtifactLoader.open(fetch(criteria, criteria.getProgress()), criteria);
    }

    @Override
    public <I, O> boolean isDownloaded(Criteria<I, O> criteria) {
        return false;
    }

    @Override
    public <I, O> void downloadModel(Criteria<I, O> criteria, Progress progress)
            throws IOException, ModelNotFoundException {
        fetch(criteria, progress);
    }

    private Path fetch(Criteria<?, ?> criteria, Progress progress)
            throws IOException, ModelNotFoundException {
        Optional<String> location = ArtifactLoader.option(criteria, AdapterZoo.ADAPTER);
        if (location.isEmpty()) {
            throw new ModelNotFoundException(
                    "No adapter is named; set the option '" + AdapterZoo.ADAPTER + "'");
        }
        return zoo.fetch(location.get(), progress);
    }

    @Override
    public String toString() {
        return "the option '" + AdapterZoo.ADAPTER + "'";
    }
}
