/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import ai.djl.repository.MRL;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.util.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Loads what the option {@value AdapterZoo#ADAPTER} of the criteria names. */
final class LocationLoader extends ArtifactLoader {

    private final AdapterZoo zoo;

    /** The loader has a place where nothing is listed, as the criteria tell where to look. */
    LocationLoader(AdapterZoo zoo, VerifiedRepository nowhere) {
        super(nowhere, MRL.undefined(nowhere, AdapterZoo.GROUP_ID, AdapterZoo.ADAPTER));
        this.zoo = zoo;
    }

    @Override
    Path fetch(Criteria<?, ?> criteria, Progress progress)
            throws IOException, ModelNotFoundException {
        Optional<String> location = option(criteria, AdapterZoo.ADAPTER);
        if (location.isEmpty()) {
            throw new ModelNotFoundException(
                    "No adapter is named; set the option '" + AdapterZoo.ADAPTER + "'");
        }
        return zoo.fetch(location.get(), progress);
    }

    @Override
    public <I, O> boolean isDownloaded(Criteria<I, O> criteria) {
        return false;
    }

    @Override
    public String toString() {
        return "the option '" + AdapterZoo.ADAPTER + "'";
    }
}
