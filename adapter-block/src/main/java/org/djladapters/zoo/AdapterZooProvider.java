/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import ai.djl.repository.zoo.ModelZoo;
import ai.djl.repository.zoo.ZooProvider;
import ai.djl.util.Utils;

/**
 * Tells DJL of the zoo of adapters. Its repositories are those that the environment variable or
 * system property {@value #REPOSITORIES} lists, separated by commas; without it only the options of
 * {@code Criteria} say where to look.
 */
public final class AdapterZooProvider implements ZooProvider {

    /** The name of the environment variable or system property. */
    public static final String REPOSITORIES = "DJL_ADAPTERS_REPOSITORIES";

    /** Creates the provider, as DJL does by the name of this class. */
    public AdapterZooProvider() {}

    @Override
    public ModelZoo getModelZoo() {
        String repositories = Utils.getEnvOrSystemProperty(REPOSITORIES, "").strip();
        return repositories.isEmpty()
                ? AdapterZoo.of()
                : AdapterZoo.of(repositories.split("\\s*,\\s*"));
    }
}
