/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.client;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.util.Utils;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;

/**
 * Where the hub is, where its files are kept, and who asks for them, as the environment variables
 * of huggingface_hub say.
 */
public final class HubSettings {

    private static final String ENDPOINT = "HF_ENDPOINT";
    private static final String CACHE = "HF_HUB_CACHE";
    private static final String OLD_CACHE = "HUGGINGFACE_HUB_CACHE";
    private static final String HOME = "HF_HOME";
    private static final String CACHES = "XDG_CACHE_HOME";
    private static final String TOKEN = "HF_TOKEN";
    private static final String OLD_TOKEN = "HUGGING_FACE_HUB_TOKEN";
    private static final String TOKEN_FILE = "HF_TOKEN_PATH";
    private static final String NO_TOKEN = "HF_HUB_DISABLE_IMPLICIT_TOKEN";
    private static final String OFFLINE = "HF_HUB_OFFLINE";
    private static final String OLD_OFFLINE = "TRANSFORMERS_OFFLINE";
    private static final String TIMEOUT = "HF_HUB_DOWNLOAD_TIMEOUT";

    private static final List<String> NAMES =
            List.of(
                    ENDPOINT,
                    CACHE,
                    OLD_CACHE,
                    HOME,
                    CACHES,
                    TOKEN,
                    OLD_TOKEN,
                    TOKEN_FILE,
                    NO_TOKEN,
                    OFFLINE,
                    OLD_OFFLINE,
                    TIMEOUT);

    private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");

    private final URI endpoint;
    private final Path cache;
    private final String token;
    private final Path tokenFile;
    private final boolean offline;
    private final Duration timeout;
    private final Duration pause;

    private HubSettings(
            URI endpoint,
            Path cache,
            String token,
            Path tokenFile,
            boolean offline,
            Duration timeout,
            Duration pause) {
        this.endpoint = endpoint;
        this.cache = cache;
        this.token = token;
        this.tokenFile = tokenFile;
        this.offline = offline;
        this.timeout = timeout;
        this.pause = pause;
    }

    /**
     * Reads the settings of this process. A system property of the same name, which somebody set
     * for this process alone, goes before an environment variable. DJL's offline mode counts, too.
     *
     * @throws IllegalArgumentException if a variable makes no sense; the message names it
     */
    public static HubSettings current() {
        Map<String, String> variables = new HashMap<>();
        for (String name : NAMES) {
            String value = System.getProperty(name, System.getenv(name));
            if (value != null) {
                variables.put(name, value);
            }
        }
        if (Utils.isOfflineMode()) {
            variables.put(OFFLINE, "1");
        }
        return of(variables);
    }

    /**
     * Reads settings from the values of environment variables; a blank one counts as absent.
     *
     * @throws IllegalArgumentException if a variable makes no sense; the message names it
     */
    public static HubSettings of(Map<String, String> variables) {
        Variables given = new Variables(variables);
        Path caches = given.path(CACHES).orElse(Path.of(System.getProperty("user.home"), ".cache"));
        Path home = given.path(HOME).orElse(caches.resolve("huggingface"));
        boolean anonymous = given.flag(NO_TOKEN);
        Path cache = given.path(CACHE).or(() -> given.path(OLD_CACHE)).orElse(home.resolve("hub"));
        return new HubSettings(
                given.endpoint(),
                cache.toAbsolutePath(),
                anonymous ? null : given.text(TOKEN).or(() -> given.text(OLD_TOKEN)).orElse(null),
                anonymous ? null : given.path(TOKEN_FILE).orElse(home.resolve("token")),
                given.flag(OFFLINE) || given.flag(OLD_OFFLINE),
                given.timeout(),
                Duration.ofSeconds(1));
    }

    /** The values of variables, parsed. */
    private record Variables(Map<String, String> values) {

        Optional<String> text(String name) {
            return Optional.ofNullable(values.get(name))
                    .map(String::strip)
                    .filter(value -> !value.isEmpty());
        }

        boolean flag(String name) {
            return text(name).filter(v -> TRUE.contains(v.toUpperCase(Locale.ROOT))).isPresent();
        }

        Optional<Path> path(String name) {
            Optional<String> value = text(name).map(v -> v.replaceFirst("^~(?=[/\\\\]|$)", home()));
            try {
                return value.map(Path::of);
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException(
                        "%s is %s, which is not a path".formatted(name, quote(value.get())), e);
            }
        }

        private static String home() {
            return Matcher.quoteReplacement(System.getProperty("user.home"));
        }

        URI endpoint() {
            String given = text(ENDPOINT).orElse("https://huggingface.co").replaceFirst("/+$", "");
            URI uri = uri(given);
            if (uri == null
                    || uri.getHost() == null
                    || !Set.of("http", "https").contains(uri.getScheme())) {
                throw new IllegalArgumentException(
                        ENDPOINT
                                + " is "
                                + quote(given)
                                + ", which is not the address of a hub; give one that begins with"
                                + " https://");
            }
            return uri;
        }

        private static URI uri(String text) {
            try {
                return URI.create(text);
            } catch (IllegalArgumentException e) {
                return null;
            }
        }

        Duration timeout() {
            String seconds = text(TIMEOUT).orElse("10");
            if (!seconds.matches("[1-9][0-9]{0,5}")) {
                throw new IllegalArgumentException(
                        "%s is %s; give a whole number of seconds"
                                .formatted(TIMEOUT, quote(seconds)));
            }
            return Duration.ofSeconds(Integer.parseInt(seconds));
        }
    }

    /** Returns these settings with other times, for tests. */
    HubSettings with(Duration otherTimeout, Duration otherPause) {
        return new HubSettings(
                endpoint, cache, token, tokenFile, offline, otherTimeout, otherPause);
    }

    /** Returns the address of the hub, without a slash at its end. */
    public URI endpoint() {
        return endpoint;
    }

    /** Returns the folder with a folder for every repository. */
    Path cache() {
        return cache;
    }

    /** Tells whether no connection may be made. */
    boolean offline() {
        return offline;
    }

    /** Returns how long a server may stay silent. */
    Duration timeout() {
        return timeout;
    }

    /** Returns how long to wait before the second try; every later time is twice as long. */
    Duration pause() {
        return pause;
    }

    /** Reads the token that tells the hub who asks; empty if nobody is logged in. */
    Optional<String> token() throws IOException {
        String text = token;
        if (text == null && tokenFile != null && Files.exists(tokenFile)) {
            text = Files.readString(tokenFile).strip();
        }
        if (text != null && !text.matches("[!-~]*")) {
            throw new IOException(
                    "The token of the hub has characters that no token has; check HF_TOKEN"
                            + (token == null ? ", or the file " + tokenFile : ""));
        }
        return Optional.ofNullable(text).filter(t -> !t.isEmpty());
    }
}
