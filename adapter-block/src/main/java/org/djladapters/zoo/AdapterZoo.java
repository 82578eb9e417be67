/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import ai.djl.repository.Artifact;
import ai.djl.repository.MRL;
import ai.djl.repository.Metadata;
import ai.djl.repository.Version;
import ai.djl.repository.zoo.ModelLoader;
import ai.djl.repository.zoo.ModelZoo;
import ai.djl.util.Progress;
import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.djladapters.hub.ModelTower;
import org.djladapters.hub.OpenOptions;
import org.djladapters.model.AdaptedModel;

/**
 * Adapters and models that were published with {@link Publisher}.
 *
 * <p>An adapter or a model is named by its <em>location</em>: a repository and coordinates, {@code
 * https://host/repo#org.example:tickets:1.0}; coordinates alone where the zoo has repositories; or
 * a folder. A repository is a folder or a URL: {@code file:}, {@code http:}, {@code https:}, {@code
 * jar:file:/…!/folder}, or {@code jar:///folder} for one on the class path. Without a version the
 * newest is taken.
 *
 * <p>Descriptions in a repository are checked before they are used: names, sizes, and the checksum
 * of every file. It is kept in DJL's cache (below {@code DJL_CACHE_DIR}), from which a version
 * opens again without a network. A checksum tells damage, not who published: a model, merged or
 * not, is a program (see {@link AdaptedModel#open(Path)}), so open those of people you trust.
 *
 * <p>One call opens a base with an adapter, or one criteria:
 *
 * <pre>{@code
 * String adapter = "https://host/repo#org.example:tickets:1.0";
 * AdapterZoo.open(base, adapter, String.class, Classifications.class);
 *
 * Criteria.builder()
 *         .setTypes(String.class, Classifications.class)
 *         .optGroupId(AdapterZoo.GROUP_ID)
 *         .optOption("base", "all-MiniLM-L6-v2")
 *         .optOption("adapter", adapter)
 *         .build()
 *         .loadModel();
 * }</pre>
 */
public final class AdapterZoo extends ModelZoo {

    /** The name of this zoo for {@code Criteria}. */
    public static final String GROUP_ID = "org.djladapters";

    /**
     * The option of {@code Criteria} that names the base model: a folder or the location of a
     * model.
     */
    public static final String BASE = "base";

    /** The option of {@code Criteria} that names the adapter by its location. */
    public static final String ADAPTER = "adapter";

    /**
     * The option of {@code Criteria} that lets the program of the base model, or of a merged model,
     * touch files; {@code true} or {@code false}, false if it is not set. See {@link
     * OpenOptions.Builder#optAllowFileAccess}.
     */
    public static final String ALLOW_FILE_ACCESS = "allowFileAccess";

    private static final Comparator<Artifact> NEWEST_LAST =
            Comparator.comparing(artifact -> new Version(artifact.getVersion()));

    private final List<VerifiedRepository> repositories;

    private AdapterZoo(List<VerifiedRepository> repositories) {
        this.repositories = repositories;
    }

    /**
     * Makes a zoo of repositories, for {@code Criteria.optModelZoo}. Nothing is read yet.
     *
     * @throws IllegalArgumentException if one is not the place of a repository
     */
    public static AdapterZoo of(String... repositories) {
        return new AdapterZoo(Stream.of(repositories).map(VerifiedRepository::of).toList());
    }

    /**
     * Opens a base model with an adapter. A base model is a program: see {@link
     * AdaptedModel#open(Path)}; an adapter is parameters alone.
     *
     * @param base the folder of the base model
     * @param adapter the adapter's location
     * @param input the type that is predicted from, {@code String} for example
     * @param output the type of predictions, {@code Classifications} for example
     * @param <I> the type that is predicted from
     * @param <O> the type of predictions
     * @return the model; close it after use
     * @throws IOException if the adapter can't be had, is not what was published, or does not fit
     *     the base
     * @throws IllegalArgumentException if the adapter does not predict such types; the message
     *     tells which it does
     */
    public static <I, O> AdaptedZooModel<I, O> open(
            Path base, String adapter, Class<I> input, Class<O> output) throws IOException {
        OpenOptions options =
                OpenOptions.builder().optTower(ModelTower.of(input).orElse(null)).build();
        return AdaptedZooModel.open(base, fetch(adapter), options, input, output);
    }

    /**
     * Brings an adapter or a model into the cache.
     *
     * @param location its location
     * @return the folder it is in, part of the cache unless the location is a folder
     * @throws IOException if it can't be had or is not what was published
     */
    public static Path fetch(String location) throws IOException {
        return of().fetch(location, null);
    }

    /**
     * Brings an adapter or a model here.
     *
     * @param location its location, coordinates for one in the repositories of this zoo
     * @param progress follows the download, null for nobody
     * @return the folder it is in, part of the cache unless the location is a folder
     * @throws IOException if it can't be had or is not what was published
     */
    public Path fetch(String location, Progress progress) throws IOException {
        Optional<Path> folder = folder(location);
        if (folder.isPresent()) {
            return folder.get();
        }
        int end = location.lastIndexOf('#');
        if (end > 0) {
            VerifiedRepository repository = VerifiedRepository.of(location.substring(0, end));
            return fetch(repository, Coordinates.parse(location.substring(end + 1)), progress);
        }
        if (repositories.isEmpty() || location.indexOf(':') < 0) {
            throw new NoSuchFileException(
                    location,
                    null,
                    "is not a folder; give one, or a repository with coordinates, such as"
                            + " https://host/repo#org.example:tickets:1.0");
        }
        Coordinates coordinates = Coordinates.parse(location);
        IOException failure = null;
        for (VerifiedRepository repository : repositories) {
            try {
                return fetch(repository, coordinates, progress);
            } catch (NoSuchFileException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private static Path fetch(
            VerifiedRepository repository, Coordinates coordinates, Progress progress)
            throws IOException {
        return repository.fetch(repository.resolve(repository.find(coordinates), null), progress);
    }

    private static Optional<Path> folder(String location) {
        try {
            return Optional.of(Path.of(location)).filter(Files::isDirectory);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /**
     * Lists what the repositories of this zoo hold.
     *
     * @return the coordinates of every version, the newest of an artifact last
     * @throws IOException if a repository can't be read
     */
    public List<Coordinates> list() throws IOException {
        List<Coordinates> all = new ArrayList<>();
        for (VerifiedRepository repository : repositories) {
            for (Coordinates coordinates : repository.index().artifacts()) {
                Metadata metadata = repository.locate(repository.find(coordinates));
                metadata.getArtifacts().stream()
                        .sorted(NEWEST_LAST)
                        .map(artifact -> coordinates.with(artifact.getVersion()))
                        .forEach(all::add);
            }
        }
        return all;
    }

    @Override
    public String getGroupId() {
        return GROUP_ID;
    }

    @Override
    public Set<String> getSupportedEngines() {
        return Set.of("PyTorch");
    }

    /**
     * Returns a loader for the option {@value #ADAPTER}, and one for every artifact that is listed.
     */
    @Override
    public Collection<ModelLoader> getModelLoaders() {
        List<ModelLoader> loaders = new ArrayList<>();
        loaders.add(
                new LocationLoader(this, VerifiedRepository.of(Utils.getCacheDir().toString())));
        for (VerifiedRepository repository : repositories) {
            for (MRL mrl : repository.getResources()) {
                loaders.add(new ArtifactLoader(repository, mrl));
            }
        }
        return loaders;
    }

    @Override
    public ModelLoader getModelLoader(String artifact) {
        return getModelLoaders().stream()
                .filter(loader -> loader.getArtifactId().equals(artifact))
                .findFirst()
                .orElse(null);
    }
}
