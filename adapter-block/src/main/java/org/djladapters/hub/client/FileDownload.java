/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.client;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.util.Progress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.djladapters.io.MalformedFileException;
import org.djladapters.io.WriteLock;

/** Brings single files of a commit into the cache, once for all threads and processes. */
final class FileDownload {

    /** The etag of a large file, which is kept elsewhere. */
    static final String LINKED_ETAG = "X-Linked-Etag";

    private static final String LINKED_SIZE = "X-Linked-Size";

    private final HubSettings settings;
    private final HubHttp http;
    private final HubCache cache;
    private final Progress progress;

    FileDownload(HubSettings settings, HubHttp http, HubCache cache, Progress progress) {
        this.settings = settings;
        this.http = http;
        this.cache = cache;
        this.progress = progress;
    }

    /**
     * Description of a file at the hub: its address, its name in the repository, what its content
     * is known by, and the number of its bytes.
     */
    private record Remote(URI uri, String name, String etag, long size) {}

    /** Brings a file of a commit, whose name has slashes, unless it is there. */
    void fetch(HubRepository repository, String commit, String name) throws IOException {
        Path file = cache.snapshot(repository, commit).resolve(name);
        if (Files.exists(file)) {
            return;
        }
        Remote remote = ask(repository, commit, name);
        Path blob = cache.blob(repository, remote.etag);
        Path lock = cache.lock(repository, remote.etag);
        cache.createFolder(blob.getParent());
        cache.createFolder(lock.getParent());
        WriteLock.duringShared(
                lock,
                () -> {
                    if (Files.exists(file)) {
                        return; // another thread or process was faster
                    }
                    boolean isNew = !Files.exists(blob);
                    if (isNew) {
                        download(repository, remote, blob);
                    }
                    cache.link(blob, file, isNew);
                });
    }

    private Remote ask(HubRepository repository, String commit, String name) throws IOException {
        URI uri = URI.create(settings.endpoint() + repository.filePath(commit, name));
        HubHttp.Answer answer;
        try {
            answer = http.head(uri);
        } catch (UnreachableException e) {
            throw incomplete(repository, name, 0, e);
        }
        Optional<String> etag =
                answer.header(LINKED_ETAG)
                        .or(() -> answer.header("ETag"))
                        .map(text -> text.replaceFirst("^W/", "").replace("\"", ""));
        boolean described = answer.isContent() || answer.header(LINKED_ETAG).isPresent();
        if (!described) {
            throw Refusal.of(settings, repository, name, answer);
        }
        // it becomes the name of a file
        if (etag.isEmpty() || !etag.get().matches("[A-Za-z0-9_][A-Za-z0-9_-]{0,127}")) {
            throw strange(uri, "no etag that can be used, but " + quote(etag.orElse("")));
        }
        String size =
                answer.header(LINKED_SIZE).or(() -> answer.header("Content-Length")).orElse("");
        if (!size.matches("\\d{1,18}")) {
            throw strange(uri, "no size, but " + quote(size));
        }
        return new Remote(uri, name, etag.get(), Long.parseLong(size));
    }

    private static MalformedFileException strange(URI uri, String what) {
        return new MalformedFileException(
                uri.toString(), "has " + what + "; check that HF_ENDPOINT is the address of a hub");
    }

    private void download(HubRepository repository, Remote remote, Path blob) throws IOException {
        Path partial = blob.resolveSibling(blob.getFileName() + ".incomplete");
        boolean resumed = Files.exists(partial) && Files.size(partial) > 0;
        receive(repository, remote, partial);
        Optional<String> difference = ContentCheck.difference(partial, remote.etag);
        if (difference.isPresent() && resumed) {
            // what was left of an earlier try may have been at fault
            Files.delete(partial);
            receive(repository, remote, partial);
            difference = ContentCheck.difference(partial, remote.etag);
        }
        if (difference.isPresent()) {
            Files.delete(partial);
            throw new MalformedFileException(
                    remote.uri.toString(),
                    ("has other content than the hub says (its hash is %s, not %s); nothing of it"
                                    + " is kept, try again later")
                            .formatted(difference.get(), remote.etag));
        }
        Files.move(partial, blob, StandardCopyOption.ATOMIC_MOVE);
    }

    private void receive(HubRepository repository, Remote remote, Path partial) throws IOException {
        if (progress != null) {
            progress.reset(remote.name, remote.size);
        }
        HubHttp.Answer answer = null;
        long received;
        try (PartialFile file = open(remote, partial)) {
            requireSpace(remote, partial, remote.size - file.resumesAt());
            try {
                if (!file.isComplete()) {
                    answer = http.get(remote.uri, file);
                }
            } catch (UnreachableException e) {
                throw incomplete(repository, remote.name, file.resumesAt(), e);
            } catch (MalformedFileException e) {
                file.startOver();
                throw e;
            } catch (FileSystemException e) {
                throw notKept(partial, e);
            }
            received = file.resumesAt();
        }
        if (answer != null && !answer.isContent()) {
            throw Refusal.of(settings, repository, remote.name, answer);
        }
        if (received != remote.size) {
            Files.delete(partial);
            throw new MalformedFileException(
                    remote.uri.toString(),
                    "ended after %d of %d bytes; nothing of it is kept, try again later"
                            .formatted(received, remote.size));
        }
    }

    private PartialFile open(Remote remote, Path partial) throws IOException {
        try {
            return PartialFile.open(partial, remote.uri.toString(), remote.size, progress);
        } catch (FileSystemException e) {
            throw notKept(partial, e);
        }
    }

    private static void requireSpace(Remote remote, Path partial, long needed) throws IOException {
        long free = Files.getFileStore(partial.getParent()).getUsableSpace();
        if (free < needed) {
            throw new FileSystemException(
                    partial.getParent().toString(),
                    null,
                    ("has no room for %s, which needs %d more bytes; free some space, or name"
                                    + " another folder in the environment variable HF_HUB_CACHE")
                            .formatted(remote.name, needed - free));
        }
    }

    private static IOException notKept(Path partial, IOException cause) {
        return new IOException(
                partial.getParent()
                        + " can't be written to ("
                        + cause.getMessage()
                        + "), but what comes from the hub is kept there; free some space, or name"
                        + " another folder in the environment variable HF_HUB_CACHE",
                cause);
    }

    private static IOException incomplete(
            HubRepository repository, String name, long received, UnreachableException cause) {
        return new IOException(
                "%s of %s could not be fetched (%s); check the network and run it again%s"
                        .formatted(
                                name,
                                repository,
                                cause.getMessage(),
                                received > 0
                                        ? ", which continues after the %d bytes that are there"
                                                .formatted(received)
                                        : ""),
                cause);
    }
}
