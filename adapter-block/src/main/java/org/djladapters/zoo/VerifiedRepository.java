/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import ai.djl.Application;
import ai.djl.repository.Artifact;
import ai.djl.repository.MRL;
import ai.djl.repository.Metadata;
import ai.djl.repository.Repository;
import ai.djl.repository.Version;
import ai.djl.util.Progress;
import ai.djl.util.Utils;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;
import org.djladapters.io.WriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A repository in DJL's layout whose descriptions, names, sizes and checksums are checked before
 * anything of it is used.
 *
 * <p>Descriptions are checked as {@link CheckedMetadata} says. Files are read up to the size that
 * the description tells and appear in the cache all together, after all have the size and the
 * checksum that it tells. DJL's own repositories do less: they write files before they check them,
 * wherever a name leads, never compare sizes, accept files without a checksum, and share cached
 * files between all repositories that have an artifact of the same name.
 *
 * <p>The cache is a folder of its own for every URL below DJL's cache. What it holds of a version
 * is checked and used without asking the repository, since versions never change; for the newest
 * version and for lists of artifacts the repository is asked, and the cache if it can't be reached.
 */
final class VerifiedRepository implements Repository {

    private static final Logger logger = LoggerFactory.getLogger(VerifiedRepository.class);
    private static final Comparator<Artifact> BY_VERSION =
            Comparator.comparing(artifact -> new Version(artifact.getVersion()));

    private final RepositorySource source;
    private final Path cache;

    private VerifiedRepository(RepositorySource source, Path cache) {
        this.source = source;
        this.cache = cache;
    }

    /** Names a repository; nothing is read yet. */
    static VerifiedRepository of(String location) {
        RepositorySource source = RepositorySource.of(location);
        Path folder = Utils.getCacheDir().resolve("cache").resolve("adapters");
        return new VerifiedRepository(source, folder.resolve(Utils.hash(source.url(""))));
    }

    /** Parses a description. */
    private interface Parser<T> {
        T parse(String source, String text) throws MalformedFileException;
    }

    /** Reads the list of artifacts. */
    RepositoryIndex index() throws IOException {
        return newest(RepositoryIndex.FILE, RepositoryIndex::parse);
    }

    /** Finds an artifact by its coordinates. */
    MRL find(Coordinates coordinates) throws IOException {
        // An artifact never goes to another application, so an old index will do.
        Optional<Application> known =
                cached(RepositoryIndex.FILE, RepositoryIndex::parse)
                        .flatMap(index -> index.application(coordinates));
        if (known.isEmpty()) {
            RepositoryIndex index = index();
            known = index.application(coordinates);
            if (known.isEmpty()) {
                throw new NoSuchFileException(
                        source.url(""), null, "holds no " + coordinates + "; " + index.shown());
            }
        }
        return model(
                known.get(),
                coordinates.group(),
                coordinates.artifact(),
                coordinates.version().orElse(null));
    }

    /** Brings an artifact into the cache, unless it is there, and returns its folder. */
    Path fetch(Artifact artifact, Progress progress) throws IOException {
        prepare(artifact, progress);
        return getResourceDirectory(artifact);
    }

    @Override
    public Metadata locate(MRL mrl) throws IOException {
        return newest(description(mrl), parser(mrl));
    }

    private static String description(MRL mrl) {
        return mrl.toURI() + CheckedMetadata.FILE;
    }

    private static Parser<Metadata> parser(MRL mrl) {
        return (source, text) -> CheckedMetadata.parse(source, text, mrl);
    }

    private <T> T newest(String path, Parser<T> parser) throws IOException {
        byte[] bytes;
        try {
            bytes = source.read(path, JsonFiles.LARGEST);
        } catch (MalformedFileException | NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            Optional<T> old = cached(path, parser);
            if (old.isEmpty()) {
                throw e;
            }
            logger.warn("Using what was read earlier: {}", e.getMessage());
            return old.get();
        }
        T parsed = parser.parse(source.url(path), new String(bytes, StandardCharsets.UTF_8));
        Path file = cache.resolve(path);
        try {
            Files.createDirectories(file.getParent());
            AtomicFiles.writeBytes(file, ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            throw notKept(file.getParent(), e);
        }
        return parsed;
    }

    private <T> Optional<T> cached(String path, Parser<T> parser) throws IOException {
        Path file = cache.resolve(path);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(parser.parse(file.toString(), Files.readString(file)));
        } catch (MalformedFileException | CharacterCodingException e) {
            logger.warn("Reading again: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Finds a version, or the newest if none is asked for, with properties that it must have, or
     * null.
     */
    @Override
    public Artifact resolve(MRL mrl, Map<String, String> filter) throws IOException {
        if (mrl.getVersion() != null) {
            Optional<Artifact> known =
                    cached(description(mrl), parser(mrl))
                            .flatMap(metadata -> newest(metadata, mrl, filter));
            if (known.isPresent()) {
                return known.get();
            }
        }
        Metadata metadata = locate(mrl);
        return newest(metadata, mrl, filter)
                .orElseThrow(
                        () ->
                                new NoSuchFileException(
                                        source.url(description(mrl)),
                                        null,
                                        "has no version%s%s; it has %s"
                                                .formatted(
                                                        mrl.getVersion() == null
                                                                ? ""
                                                                : " " + mrl.getVersion(),
                                                        filter == null ? "" : " with " + filter,
                                                        metadata.getArtifacts().stream()
                                                                .map(Artifact::getVersion)
                                                                .toList())));
    }

    private static Optional<Artifact> newest(
            Metadata metadata, MRL mrl, Map<String, String> filter) {
        return metadata.getArtifacts().stream()
                .filter(a -> mrl.getVersion() == null || mrl.getVersion().equals(a.getVersion()))
                .filter(a -> a.hasProperties(filter))
                .max(BY_VERSION);
    }

    @Override
    public void prepare(Artifact artifact, Progress progress) throws IOException {
        Path folder = getResourceDirectory(artifact);
        if (isIntact(artifact, folder)) {
            return;
        }
        try {
            Files.createDirectories(folder.getParent());
        } catch (FileSystemException e) {
            throw notKept(folder.getParent(), e);
        }
        WriteLock.during(
                temporary(folder, "fetch"), () -> fetchUnlessFetched(artifact, folder, progress));
    }

    private void fetchUnlessFetched(Artifact artifact, Path folder, Progress progress)
            throws IOException {
        Optional<String> fault = fault(artifact, folder);
        if (fault.isEmpty()) {
            return; // another process has fetched it meanwhile
        }
        if (Files.isDirectory(folder)) {
            logger.warn("Fetching again: {}", fault.get());
        }
        fetch(artifact, folder, progress);
    }

    private static IOException notKept(Path folder, IOException cause) {
        return new IOException(
                ("%s can't be written to, but downloads are kept there; name "
                                + "another cache folder in the environment variable "
                                + "DJL_CACHE_DIR")
                        .formatted(folder),
                cause);
    }

    private static Path temporary(Path folder, String purpose) {
        return AtomicFiles.temporary(folder.getParent(), folder.getFileName().toString(), purpose);
    }

    private void fetch(Artifact artifact, Path folder, Progress progress) throws IOException {
        requireSpace(artifact, folder.getParent());
        Path partial = temporary(folder, "fetched");
        AtomicFiles.deleteTree(partial); // of a process that was killed
        Files.createDirectory(partial);
        try {
            for (Artifact.Item item : artifact.getFiles().values()) {
                download(artifact, item, partial.resolve(item.getName()), progress);
            }
            verify(artifact, partial, description(artifact));
            AtomicFiles.writeDirectory(
                    folder,
                    old -> true,
                    target -> {
                        for (Artifact.Item item : artifact.getFiles().values()) {
                            Files.move(
                                    partial.resolve(item.getName()),
                                    target.resolve(item.getName()));
                        }
                    });
        } finally {
            AtomicFiles.deleteTree(partial);
            if (progress != null) {
                progress.end();
            }
        }
    }

    /** Tells whether the cache has an artifact as it was published. */
    boolean isIntact(Artifact artifact, Path folder) throws IOException {
        return fault(artifact, folder).isEmpty();
    }

    private static Optional<String> fault(Artifact artifact, Path folder) throws IOException {
        try {
            verify(artifact, folder, folder.toString());
            return Optional.empty();
        } catch (MalformedFileException | NoSuchFileException e) {
            return Optional.of(e.getMessage());
        }
    }

    private static void requireSpace(Artifact artifact, Path folder) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        for (Artifact.Item item : artifact.getFiles().values()) {
            free -= item.getSize();
            if (free < 0) {
                throw new FileSystemException(
                        folder.toString(),
                        null,
                        "has no room for "
                                + artifact
                                + "; free some space, or set DJL_CACHE_DIR to another folder");
            }
        }
    }

    private void download(Artifact artifact, Artifact.Item item, Path file, Progress progress)
            throws IOException {
        String path = path(artifact, item);
        if (progress != null) {
            progress.reset(item.getName(), item.getSize());
        }
        long length = 0;
        try (InputStream in = source.open(path);
                OutputStream out = Files.newOutputStream(file)) {
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0 && length <= item.getSize(); n = in.read(buffer)) {
                out.write(buffer, 0, n);
                length += n;
                if (progress != null) {
                    progress.increment(n);
                }
            }
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            throw source.unreachable(path, e);
        }
        if (length != item.getSize()) {
            throw new MalformedFileException(
                    source.url(path),
                    (length < item.getSize()
                                            ? "ended after %d of %d bytes"
                                            : "has more than its %2$d bytes")
                                    .formatted(length, item.getSize())
                            + "; nothing of it is kept, try again later");
        }
    }

    /** Compares files with the description. */
    private static void verify(Artifact artifact, Path folder, String where) throws IOException {
        List<String> names =
                artifact.getFiles().values().stream().map(Artifact.Item::getName).toList();
        Checksums found = Checksums.of(folder, names);
        for (Artifact.Item item : artifact.getFiles().values()) {
            if (!item.getSha1Hash().equalsIgnoreCase(found.sha1().get(item.getName()))) {
                throw changed(where, item.getName());
            }
        }
        String sha256 = artifact.getProperties().get(Checksums.SHA256);
        if (sha256 != null && !sha256.equalsIgnoreCase(found.sha256())) {
            throw changed(where, "all files together");
        }
    }

    private static MalformedFileException changed(String where, String what) {
        return new MalformedFileException(
                where,
                ("the checksum of %s is not the published one, so nothing of "
                                + "it is used; try again later or tell its publisher")
                        .formatted(what));
    }

    private String description(Artifact artifact) {
        return source.url(artifact.getMetadata().getRepositoryUri() + artifact.getVersion());
    }

    private static String path(Artifact artifact, Artifact.Item item) {
        return artifact.getMetadata().getRepositoryUri() + item.getUri();
    }

    @Override
    public List<MRL> getResources() {
        try {
            RepositoryIndex index = index();
            return index.artifacts().stream()
                    .map(c -> model(index.application(c).orElseThrow(), c.group(), c.artifact()))
                    .toList();
        } catch (IOException e) {
            logger.warn("A repository could not be listed: {}", e.getMessage());
            return List.of();
        }
    }

    @Override
    public void addResource(MRL mrl) {
        throw new UnsupportedOperationException("Artifacts are added by publishing them");
    }

    @Override
    public boolean isRemote() {
        return source.isRemote();
    }

    @Override
    public String getName() {
        return source.url("");
    }

    @Override
    public URI getBaseUri() {
        return source.uri();
    }

    @Override
    public Path getCacheDirectory() {
        return cache;
    }

    @Override
    public InputStream openStream(Artifact.Item item, String path) throws IOException {
        return Files.newInputStream(getFile(item, path));
    }

    @Override
    public Path getFile(Artifact.Item item, String path) throws IOException {
        return getResourceDirectory(item.getArtifact()).resolve(item.getName());
    }

    @Override
    public String[] listDirectory(Artifact.Item item, String path) {
        return new String[0];
    }
}
