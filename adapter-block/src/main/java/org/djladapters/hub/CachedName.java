/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names that a folder of the hub's cache has at the hub.
 *
 * @param id the name with its organization, if it has one
 * @param model the name without its organization
 * @param commit the version
 */
record CachedName(String id, String model, String commit) {

    private static final Pattern FOLDER =
            Pattern.compile(
                    ".*\\bmodels--(?:(.+?)--)?([^/\\\\]+)[/\\\\]snapshots[/\\\\]([^/\\\\]+)");

    /** Reads the names from an absolute path, if it lies in such a cache. */
    static Optional<CachedName> of(Path folder) {
        Matcher names = FOLDER.matcher(folder.toString());
        if (!names.matches()) {
            return Optional.empty();
        }
        String organization = names.group(1) == null ? "" : names.group(1) + "/";
        return Optional.of(
                new CachedName(organization + names.group(2), names.group(2), names.group(3)));
    }
}
