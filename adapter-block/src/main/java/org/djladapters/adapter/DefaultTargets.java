/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** What is usually adapted in models of a type: the lines of {@code default-targets.properties}. */
final class DefaultTargets {

    private static final Properties TABLE = read();

    private DefaultTargets() {}

    /** The suffixes of the modules for a {@code model_type}, if it is known. */
    static Optional<List<String>> of(String modelType) {
        return Optional.ofNullable(TABLE.getProperty(modelType))
                .map(names -> List.of(names.split(",")));
    }

    private static Properties read() {
        Properties table = new Properties();
        try (InputStream in =
                DefaultTargets.class.getResourceAsStream("default-targets.properties")) {
            table.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return table;
    }
}
