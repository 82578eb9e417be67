/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.client;

import ai.djl.util.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings what a repository of the hub holds into the cache. */
public final class HubClient {

    private static final Logger logger = LoggerFactory.getLogger(HubClient.class);

    private final HubSettings settings;
    private final HubHttp http;
    private final HubCache cache;

    /** Makes a client of the hub and the cache that the settings name. */
    public HubClient(HubSettings settings) {
        this(settings, new HubCache(settings.cache()));
    }

    HubClient(HubSettings settings, HubCache cache) {
        this.settings = settings;
        this.cache = cache;
        http = new HubHttp(settings);
    }

    /**
     * Brings the files of a repository that are needed here, as far as they are not here yet. The
     * hub is asked which commit a branch is now; where that is not possible, the commit that it was
     * last is used if it is here. A commit that was fetched by this takes no connection.
     */
    public Path fetch(HubRepository repository, NeededFiles needed, Progress progress)
            throws IOException {
        if (cache.isWhole(repository)) {
            Optional<Path> whole = cached(repository, needed);
            if (whole.isPresent()) {
                return whole.get();
            }
        }
        if (settings.offline()) {
            return cached(repository, needed).orElseThrow(() -> offline(repository));
        }
        Listing listing;
        try {
            listing = list(repository);
        } catch (UnreachableException e) {
            Path last = cached(repository, needed).orElseThrow(() -> unreachable(repository, e));
            logger.warn(
                    "{} can't be asked for {} ({}); what was fetched earlier is used",
                    settings.endpoint(),
                    repository,
                    e.getMessage());
            return last;
        }
        return fetch(repository, needed, listing, progress);
    }

    private Path fetch(
            HubRepository repository, NeededFiles needed, Listing listing, Progress progress)
            throws IOException {
        needed.requireUsable(repository, listing.names());
        Path snapshot = cache.snapshot(repository, listing.commit());
        FileDownload download = new FileDownload(settings, http, cache, progress);
        try {
            for (String name : needed.descriptions(listing.names())) {
                download.fetch(repository, listing.commit(), name);
            }
            for (String name : needed.weights(listing.names(), snapshot)) {
                download.fetch(repository, listing.commit(), name);
            }
        } finally {
            if (progress != null) {
                progress.end();
            }
        }
        remember(repository, listing.commit());
        return snapshot;
    }

    /** Notes the commit last, so that what is noted is whole. */
    private void remember(HubRepository repository, String commit) {
        try {
            cache.remember(repository, commit);
        } catch (IOException e) {
            // the files are here; a cache that others filled may be read-only
            logger.warn(
                    "{} is not noted for times without a network: {}", repository, e.getMessage());
        }
    }

    /** Finds what is here of a revision, if that is all that it takes. */
    private Optional<Path> cached(HubRepository repository, NeededFiles needed) throws IOException {
        Optional<String> commit = cache.commit(repository);
        if (commit.isEmpty()) {
            return Optional.empty();
        }
        Set<String> names = cache.files(repository, commit.get());
        Path snapshot = cache.snapshot(repository, commit.get());
        try {
            needed.requireUsable(repository, names);
            needed.weights(names, snapshot);
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.of(snapshot);
    }

    private IOException offline(HubRepository repository) {
        return new NoSuchFileException(
                repository.toString(),
                null,
                "is not in %s, or not whole, and the offline mode is on; unset HF_HUB_OFFLINE once, or copy the cache of a machine that has it"
                        .formatted(settings.cache()));
    }

    private IOException unreachable(HubRepository repository, UnreachableException cause) {
        return new IOException(
                "%s can't be asked for %s (%s); check the network, HF_ENDPOINT and a proxy (java -Dhttps.proxyHost=…), or copy the cache of a machine that has it to %s"
                        .formatted(
                                settings.endpoint(),
                                repository,
                                cause.getMessage(),
                                settings.cache()),
                cause);
    }

    private Listing list(HubRepository repository) throws IOException {
        URI uri = URI.create(settings.endpoint() + repository.apiPath());
        Text text = new Text(uri.toString());
        HubHttp.Answer answer = http.get(uri, text);
        if (!answer.isContent()) {
            throw Refusal.of(settings, repository, null, answer);
        }
        return Listing.parse(uri.toString(), text.toString());
    }

    /** A short answer. */
    private static final class Text implements HubHttp.Sink {

        private final String source;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Text(String source) {
            this.source = source;
        }

        @Override
        public long resumesAt() {
            return 0;
        }

        @Override
        public void begin(int status, HttpHeaders headers) {
            bytes.reset();
        }

        @Override
        public void accept(ByteBuffer more) throws IOException {
            if (bytes.size() + more.remaining() > JsonFiles.LARGEST) {
                throw new MalformedFileException(
                        source, "is too long for a description; check HF_ENDPOINT");
            }
            byte[] taken = new byte[more.remaining()];
            more.get(taken);
            bytes.writeBytes(taken);
        }

        @Override
        public void startOver() {
            bytes.reset();
        }

        @Override
        public String toString() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
