/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.util.Utils;
import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.djladapters.io.MalformedFileException;

/**
 * The files of a repository, wherever they are. Paths are relative to its root, with slashes, and
 * are expected to be checked.
 */
final class RepositorySource {

    /** At least two letters: one would be the drive of a Windows path. */
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):.*");

    private static final String CLASS_PATH = "jar:/";
    private static final int TIMEOUT = Math.toIntExact(Duration.ofSeconds(30).toMillis());

    private final String root;
    private final Patience patience;

    private RepositorySource(String root) {
        this(root, Patience.USUAL);
    }

    private RepositorySource(String root, Patience patience) {
        this.root = root.endsWith("/") ? root : root + "/";
        this.patience = patience;
    }

    /**
     * Names a repository by a folder's path or a URL: {@code file:}, {@code http:}, {@code https:},
     * {@code jar:file:/…!/folder}, or {@code jar:///folder} for one on the class path.
     */
    static RepositorySource of(String location) {
        var matcher = SCHEME.matcher(location);
        if (!matcher.matches()) {
            return new RepositorySource(path(location).toUri().toString());
        }
        boolean known =
                switch (matcher.group(1).toLowerCase(Locale.ROOT)) {
                    case "file", "http", "https" -> true;
                    case "jar" ->
                            location.startsWith(CLASS_PATH)
                                    || (location.startsWith("jar:file:")
                                            && location.contains("!/"));
                    default -> false;
                };
        if (!known || location.contains("?") || location.contains("#")) {
            throw new IllegalArgumentException(
                    quote(location)
                            + " is not a repository; give a folder, or a URL that"
                            + " begins with file:, http:, https:, jar:file:/…!/ or jar:///");
        }
        try {
            return new RepositorySource(URI.create(location).toString());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    quote(location) + " is not a URL: " + e.getMessage(), e);
        }
    }

    private static Path path(String location) {
        try {
            return Path.of(location).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(
                    quote(location) + " is not a path: " + e.getReason(), e);
        }
    }

    /** Returns the same repository with other patience. */
    RepositorySource with(Patience other) {
        return new RepositorySource(root, other);
    }

    /** Returns the place of a file, for messages. */
    String url(String path) {
        return root + path;
    }

    /** Returns the root. */
    URI uri() {
        return URI.create(root);
    }

    /** Tells whether it takes a network to read files. */
    boolean isRemote() {
        return root.startsWith("http");
    }

    /** Reads a file of at most so many bytes. */
    byte[] read(String path, int limit) throws IOException {
        byte[] bytes;
        try (InputStream in = open(path)) {
            bytes = in.readNBytes(limit + 1);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            throw unreachable(path, e);
        }
        if (bytes.length > limit) {
            throw new MalformedFileException(
                    url(path),
                    ("has more than %d bytes, too many for a description; check that the URL is"
                                            + " that of a")
                                    .formatted(limit)
                            + " repository");
        }
        return bytes;
    }

    /** Opens a file. Of a server that is too slow, reading throws an exception. */
    InputStream open(String path) throws IOException {
        String url = url(path);
        try {
            if (root.startsWith("file:")) {
                return new BufferedInputStream(Files.newInputStream(Path.of(URI.create(url))));
            }
            URLConnection connection = locate(url).openConnection();
            connection.setUseCaches(false);
            connection.setConnectTimeout(TIMEOUT);
            connection.setReadTimeout(TIMEOUT);
            if (connection instanceof HttpURLConnection http) {
                requireFound(http, url);
                return patience.on(http.getInputStream());
            }
            return new BufferedInputStream(connection.getInputStream());
        } catch (FileNotFoundException | NoSuchFileException e) {
            throw missing(url, e);
        }
    }

    /** Finds a resource of the class path where the root is one. */
    private static URL locate(String url) throws IOException {
        if (!url.startsWith(CLASS_PATH)) {
            return URI.create(url).toURL();
        }
        String name = url.substring(CLASS_PATH.length()).replaceFirst("^/+", "");
        URL resource = Thread.currentThread().getContextClassLoader().getResource(name);
        if (resource == null) {
            throw new FileNotFoundException(name);
        }
        return resource;
    }

    private void requireFound(HttpURLConnection http, String url) throws IOException {
        if (Utils.isOfflineMode()) {
            throw new IOException("DJL's offline mode is on");
        }
        int status = patience.answer(http);
        if (status == HttpURLConnection.HTTP_NOT_FOUND || status == HttpURLConnection.HTTP_GONE) {
            throw new FileNotFoundException(url);
        }
        if (status != HttpURLConnection.HTTP_OK) {
            throw new IOException("the server answers with status " + status);
        }
    }

    private static NoSuchFileException missing(String url, IOException cause) {
        NoSuchFileException missing =
                new NoSuchFileException(url, null, "is not there; check the URL");
        missing.initCause(cause);
        return missing;
    }

    /** Returns the error that says which file could not be read. */
    IOException unreachable(String path, IOException cause) {
        return new IOException(
                "%s can't be read (%s); check the URL and the network, or try again later"
                        .formatted(url(path), cause.getMessage()),
                cause);
    }
}
