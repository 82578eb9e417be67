/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.repository.Artifact;
import ai.djl.repository.FilenameUtils;
import ai.djl.repository.MRL;
import ai.djl.repository.Repository;
import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.djladapters.zoo.AdapterZoo;

/** Finds the folder of a model that is named by its path or a URL. */
final class ModelLocation {

    /** At least two letters: one would be the drive of a Windows path. */
    private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");

    /** A repository and coordinates. */
    private static final Pattern PUBLISHED = Pattern.compile(".+#[^#/\\\\]+:[^#/\\\\]+");

    private ModelLocation() {}

    /**
     * Finds the folder of an adapter; one that was published is brought into the cache first.
     *
     * @param location a path, or a repository with coordinates as {@link AdapterZoo} takes it
     * @return the folder
     * @throws IOException if what was published can't be had
     */
    static Path adapter(String location) throws IOException {
        return PUBLISHED.matcher(location).matches() ? AdapterZoo.fetch(location) : path(location);
    }

    /**
     * Finds the folder; models from elsewhere, and archives such as {@code .zip}, are brought into
     * DJL's cache first.
     *
     * @param location a path, a URL as {@link ai.djl.repository.zoo.Criteria} takes it, or a
     *     repository with coordinates as {@link AdapterZoo} takes it
     * @return the folder
     * @throws IOException if there is no model at the location
     */
    static Path resolve(String location) throws IOException {
        if (PUBLISHED.matcher(location).matches()) {
            return AdapterZoo.fetch(location);
        }
        if (URL.matcher(location).matches()) {
            return fromUrl(location, location);
        }
        Path path = path(location);
        if (Files.isRegularFile(path) && FilenameUtils.isArchiveFile(location)) {
            return fromUrl(path.toUri().toString(), location);
        }
        return path;
    }

    private static Path path(String location) throws IOException {
        try {
            return Path.of(location);
        } catch (InvalidPathException e) {
            throw new IOException("'" + location + "' is not a path: " + e.getReason(), e);
        }
    }

    private static Path fromUrl(String url, String location) throws IOException {
        try {
            Path folder = fetch(Repository.newInstance("model", url));
            return Utils.getNestedModelDir(folder);
        } catch (IllegalArgumentException | IOException e) {
            throw new IOException(
                    "No model can be loaded from '"
                            + location
                            + "' ("
                            + ErrorLine.of(e)
                            + "); give a model folder, or a file:, jar:, http: or djl: URL of one",
                    e);
        }
    }

    private static Path fetch(Repository repository) throws IOException {
        List<MRL> resources = repository.getResources();
        Artifact artifact = resources.isEmpty() ? null : resources.get(0).getDefaultArtifact();
        if (artifact == null) {
            throw new IOException("nothing can be fetched from there");
        }
        resources.get(0).prepare(artifact);
        Path folder = repository.getResourceDirectory(artifact);
        if (!Files.isDirectory(folder)) {
            throw new IOException("it is neither a folder nor an archive");
        }
        return folder;
    }
}
