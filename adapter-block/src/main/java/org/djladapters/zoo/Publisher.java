/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.Application;
import ai.djl.repository.Artifact;
import ai.djl.repository.MRL;
import ai.djl.repository.Metadata;
import ai.djl.util.JsonUtils;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.djladapters.data.encoding.TokenizerFile;
import org.djladapters.io.AtomicFiles;

/**
 * Publishes adapters and models in a repository, a folder in the layout of DJL's own that any web
 * server can serve as it is:
 *
 * <pre>{@code
 * index.json
 * model/nlp/text_classification/org/example/tickets/metadata.json
 * model/nlp/text_classification/org/example/tickets/1.0/adapter_config.json
 * …
 * }</pre>
 *
 * <p>A version is written once and never changes. Its files and its line in {@code metadata.json},
 * with sizes and checksums, appear one after the other, each whole, so that a reader meanwhile sees
 * the version with all its files or not at all. A model that is published this way opens with DJL
 * alone.
 */
public final class Publisher {

    private static final String LOCK = ".lock";
    private static final String METADATA_VERSION = "0.2";

    private final Path repository;
    private final Coordinates coordinates;
    private final Application application;

    private Publisher(Builder builder) {
        repository = Objects.requireNonNull(builder.repository, "A publisher needs a repository");
        coordinates = Objects.requireNonNull(builder.coordinates, "A publisher needs coordinates");
        application = builder.application;
        if (coordinates.version().isEmpty()) {
            throw new IllegalArgumentException(
                    "Name the version of " + coordinates + " to publish, for example 1.0");
        }
    }

    /** Creates a builder. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Publishes what a directory holds: an adapter, as {@code AdapterDirectory} saves it, or a
     * model, as {@code TaskModel} exports it. Files that belong to neither are left out; a link
     * that leads out of the directory is refused.
     *
     * @param directory an adapter directory or a model directory
     * @return the folder of the version
     * @throws FileAlreadyExistsException if the version is published already
     * @throws IOException if the directory holds neither or is malformed, the adapter has
     *     parameters that are not finite, or the repository can't be written; nothing is published
     *     then
     */
    public Path publish(Path directory) throws IOException {
        Content content = Content.of(directory);
        for (String name : content.files()) {
            if (!Coordinates.isName(name)) {
                throw new FileSystemException(
                        directory.resolve(name).toString(),
                        null,
                        "can't be published under this name; use letters, digits, '.', '_' and"
                                + " '-'");
            }
            if (name.equals(TokenizerFile.NAME)) {
                TokenizerFile.check(directory.resolve(name));
            }
        }
        Files.createDirectories(repository);
        try (FileChannel lock =
                        FileChannel.open(
                                repository.resolve(LOCK),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock held = lock.tryLock()) {
            if (held == null) {
                throw busy(null);
            }
            return publish(directory, content);
        } catch (OverlappingFileLockException e) {
            throw busy(e);
        }
    }

    private IOException busy(Exception cause) {
        IOException busy =
                new FileSystemException(
                        repository.toString(),
                        null,
                        "is in use by another program that publishes; try again when it is done");
        busy.initCause(cause);
        return busy;
    }

    private Path publish(Path directory, Content content) throws IOException {
        RepositoryIndex index = index();
        Application known = index.application(coordinates).orElse(null);
        Application purpose =
                application != null ? application : known != null ? known : content.application();
        if (known != null && !known.equals(purpose)) {
            throw new IllegalArgumentException(
                    "%s is published for %s, so no version of it can be for %s; choose another"
                                    .formatted(coordinates, known.getPath(), purpose.getPath())
                            + " artifact");
        }
        MRL mrl =
                MRL.model(
                        null,
                        purpose,
                        coordinates.group(),
                        coordinates.artifact(),
                        version(),
                        null);
        Path artifacts = repository.resolve(mrl.toURI().getPath());
        Path folder = artifacts.resolve(version());
        Metadata metadata = metadata(artifacts.resolve(CheckedMetadata.FILE), mrl);
        if (metadata.getArtifacts().stream().anyMatch(a -> version().equals(a.getVersion()))) {
            throw new FileAlreadyExistsException(
                    folder.toString(),
                    null,
                    coordinates
                            + " is published already, and versions never change; choose another"
                            + " version");
        }
        // A folder that is there but not described is what a program that was killed has left.
        AtomicFiles.writeDirectory(
                folder,
                leftOver -> true,
                target -> {
                    for (String name : content.files()) {
                        Files.copy(directory.resolve(name), target.resolve(name));
                    }
                });
        metadata.addArtifact(describe(folder, content));
        metadata.setLastUpdated(Date.from(Instant.now()));
        AtomicFiles.writeString(
                artifacts.resolve(CheckedMetadata.FILE),
                JsonUtils.GSON_PRETTY.toJson(metadata) + "\n");
        AtomicFiles.writeString(
                repository.resolve(RepositoryIndex.FILE), index.with(coordinates, purpose).text());
        return folder;
    }

    private String version() {
        return coordinates.version().orElseThrow();
    }

    private RepositoryIndex index() throws IOException {
        Path file = repository.resolve(RepositoryIndex.FILE);
        return Files.exists(file)
                ? RepositoryIndex.parse(file.toString(), Files.readString(file))
                : new RepositoryIndex(Map.of());
    }

    /** Reads what is published of the artifact, or begins its description. */
    private static Metadata metadata(Path file, MRL mrl) throws IOException {
        if (Files.exists(file)) {
            return CheckedMetadata.parse(file.toString(), Files.readString(file), mrl);
        }
        Metadata metadata = new Metadata();
        metadata.setMetadataVersion(METADATA_VERSION);
        metadata.setResourceType("model");
        metadata.setApplication(mrl.getApplication());
        metadata.setGroupId(mrl.getGroupId());
        metadata.setArtifactId(mrl.getArtifactId());
        metadata.setName(mrl.getArtifactId());
        metadata.setArtifacts(new ArrayList<>());
        return metadata;
    }

    private Artifact describe(Path folder, Content content) throws IOException {
        Checksums checksums = Checksums.of(folder, content.files());
        Map<String, Artifact.Item> items = new LinkedHashMap<>();
        for (String name : content.files()) {
            Artifact.Item item = new Artifact.Item();
            item.setUri(version() + "/" + name);
            item.setName(name);
            item.setType("file");
            item.setSize(Files.size(folder.resolve(name)));
            item.setSha1Hash(checksums.sha1().get(name));
            items.put(name, item);
        }
        Map<String, String> properties = new TreeMap<>(content.properties());
        properties.put(Checksums.SHA256, checksums.sha256());
        Artifact artifact = new Artifact();
        artifact.setVersion(version());
        artifact.setName(content.name() == null ? coordinates.artifact() : content.name());
        artifact.setFiles(items);
        artifact.setProperties(properties);
        artifact.setArguments(new HashMap<>(content.arguments()));
        artifact.setOptions(content.options());
        return artifact;
    }

    /** Builds a {@link Publisher}. */
    public static final class Builder {

        private Path repository;
        private Coordinates coordinates;
        private Application application;

        private Builder() {}

        /**
         * Sets the repository.
         *
         * @param repository a folder, made if it does not exist
         * @return this builder
         */
        public Builder setRepository(Path repository) {
            this.repository = repository;
            return this;
        }

        /**
         * Sets the coordinates.
         *
         * @param coordinates {@code group:artifact:version}
         * @return this builder
         * @throws IllegalArgumentException if it is not of that form
         */
        public Builder setCoordinates(String coordinates) {
            this.coordinates = Coordinates.parse(coordinates);
            return this;
        }

        /**
         * Sets the application, if the directory does not tell it or tells it too broadly.
         *
         * @param path a path of DJL's {@link Application}: {@code nlp/text_embedding}
         * @return this builder
         * @throws IllegalArgumentException if DJL knows no such application
         */
        public Builder optApplication(String path) {
            Application known = Application.of(path);
            if (known.equals(Application.UNDEFINED) && !path.equals(known.getPath())) {
                throw new IllegalArgumentException(
                        "%s is not an application that DJL knows; give for example %s"
                                .formatted(
                                        quote(path),
                                        List.of(
                                                Application.NLP.TEXT_CLASSIFICATION.getPath(),
                                                Application.NLP.TEXT_EMBEDDING.getPath(),
                                                Application.CV.IMAGE_CLASSIFICATION.getPath())));
            }
            application = known;
            return this;
        }

        /**
         * Builds the publisher.
         *
         * @throws IllegalArgumentException if the coordinates have no version
         */
        public Publisher build() {
            return new Publisher(this);
        }
    }
}
