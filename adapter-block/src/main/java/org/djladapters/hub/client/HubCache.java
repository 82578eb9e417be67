/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.client;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.djladapters.io.AtomicFiles;

/**
 * The folder that programs of all languages keep the hub's files in:
 *
 * <pre>
 * models--ORGANIZATION--NAME/blobs/ETAG             a file's content
 * models--ORGANIZATION--NAME/blobs/ETAG.incomplete  what has come of it yet
 * models--ORGANIZATION--NAME/snapshots/COMMIT/FILE  a link to ../../blobs/ETAG
 * models--ORGANIZATION--NAME/refs/REVISION          the commit that it was last
 * .locks/models--ORGANIZATION--NAME/ETAG.lock       held while the blob is made
 * </pre>
 */
final class HubCache {

    /** Folders in a repository whose files can count, {@code 1_Pooling} for example, are flat. */
    private static final int DEPTH = 2;

    private final Path root;
    private final Links links;

    /** Makes links. */
    @FunctionalInterface
    interface Links {

        /** Makes a link; where there are none, it throws an exception. */
        void make(Path link, Path target) throws IOException;
    }

    HubCache(Path root) {
        this(root, Files::createSymbolicLink);
    }

    HubCache(Path root, Links links) {
        this.root = root;
        this.links = links;
    }

    /** Returns the folder of the files of a commit. */
    Path snapshot(HubRepository repository, String commit) {
        return root.resolve(repository.folder()).resolve("snapshots").resolve(commit);
    }

    /** Returns the file with the content of a file. */
    Path blob(HubRepository repository, String etag) {
        return root.resolve(repository.folder()).resolve("blobs").resolve(etag);
    }

    /** Returns the file that is locked while a blob is made. */
    Path lock(HubRepository repository, String etag) {
        return root.resolve(".locks").resolve(repository.folder()).resolve(etag + ".lock");
    }

    private Path reference(HubRepository repository) {
        return root.resolve(repository.folder()).resolve("refs").resolve(repository.revision());
    }

    /** Tells which commit a revision was when it was asked for last. */
    Optional<String> commit(HubRepository repository) throws IOException {
        if (HubRepository.isCommit(repository.revision())) {
            return Optional.of(repository.revision());
        }
        return noted(repository);
    }

    /**
     * Tells whether all that was needed of a commit was fetched here. Other programs fetch what
     * they need, and that may be less.
     */
    boolean isWhole(HubRepository repository) throws IOException {
        return noted(repository).equals(Optional.of(repository.revision()));
    }

    private Optional<String> noted(HubRepository repository) throws IOException {
        Path reference = reference(repository);
        return Files.isRegularFile(reference)
                ? Optional.of(Files.readString(reference).strip()).filter(HubRepository::isCommit)
                : Optional.empty();
    }

    /** Notes which commit a revision is; of a commit, that it is whole. */
    void remember(HubRepository repository, String commit) throws IOException {
        if (!noted(repository).equals(Optional.of(commit))) {
            Path reference = reference(repository);
            createFolder(reference.getParent());
            AtomicFiles.writeString(reference, commit);
        }
    }

    /** Lists the files of a commit that are there, with slashes. */
    Set<String> files(HubRepository repository, String commit) throws IOException {
        Path snapshot = snapshot(repository, commit);
        if (!Files.isDirectory(snapshot)) {
            return Set.of();
        }
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(snapshot, DEPTH)) {
            files.filter(Files::isRegularFile)
                    .map(file -> snapshot.relativize(file).toString().replace('\\', '/'))
                    .forEach(names::add);
        }
        return names;
    }

    /** Makes a folder for files of the cache. */
    void createFolder(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (FileSystemException e) {
            throw new IOException(
                    root
                            + " can't be written to, but what comes from the hub is kept there;"
                            + " name another folder in the environment variable HF_HUB_CACHE",
                    e);
        }
    }

    /**
     * Gives content its name in a commit: by a link, or where there are none by the file itself,
     * which is moved if it is new, so that nobody else can need it.
     */
    void link(Path blob, Path file, boolean isNew) throws IOException {
        createFolder(file.getParent());
        if (Files.isSymbolicLink(file)) {
            Files.delete(file); // it leads nowhere, or nobody would ask for it
        }
        try {
            links.make(file, file.getParent().relativize(blob));
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException e) {
            if (isNew) {
                Files.move(blob, file);
            } else {
                Path copied = AtomicFiles.temporary(blob.getParent(), blob.toString(), "copy");
                Files.copy(blob, copied, StandardCopyOption.REPLACE_EXISTING);
                Files.move(copied, file, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }
}
