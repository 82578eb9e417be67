/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.client;

import static org.djladapters.io.MalformedFileException.quote;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A repository of the hub at a revision.
 *
 * @param id {@code organization/name}; a name alone for some old ones
 * @param revision a branch, a tag or a commit
 */
public record HubRepository(String id, String revision) {

    /** The beginning of locations. */
    public static final String SCHEME = "hf://";

    private static final String DEFAULT_REVISION = "main";

    private static final String WORD = "[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?";
    private static final Pattern ID = Pattern.compile("(?:" + WORD + "/)?" + WORD);

    /** As Git allows them, without what would lead out of a folder. */
    private static final Pattern REVISION =
            Pattern.compile("(?!.*\\.\\.)(?!.*//)[A-Za-z0-9_][A-Za-z0-9_./+-]{0,199}(?<![/.])");

    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    /**
     * Reads a location.
     *
     * @param location {@code hf://organization/name[@revision]}
     * @throws IOException if it is of another form; the message shows the right one
     */
    public static HubRepository parse(String location) throws IOException {
        String rest = location.substring(SCHEME.length());
        int at = rest.indexOf('@');
        String id = at < 0 ? rest : rest.substring(0, at);
        String revision = at < 0 ? DEFAULT_REVISION : rest.substring(at + 1);
        if (!isId(id)) {
            throw new IOException(
                    quote(location)
                            + " names no repository of the hub; give hf://organization/name or"
                            + " hf://organization/name@revision");
        }
        if (!REVISION.matcher(revision).matches()) {
            throw new IOException(
                    quote(location)
                            + " names no revision after '@'; give a branch, a tag or a commit, or"
                            + " leave it out for 'main'");
        }
        return new HubRepository(id, revision);
    }

    /** Tells whether a text could be the name of a repository, with or without organization. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches() && !text.contains("--") && !text.contains("..");
    }

    /** Tells whether a text is a whole commit, which is the same for ever. */
    static boolean isCommit(String text) {
        return COMMIT.matcher(text).matches();
    }

    /** Returns the name of its folder in the cache. */
    String folder() {
        return "models--" + id.replace("/", "--");
    }

    /** Returns the path at which the hub describes it. */
    String apiPath() {
        return "/api/models/%s/revision/%s".formatted(id, encoded(revision));
    }

    /** Returns the path of a file of a commit. */
    String filePath(String commit, String file) {
        return "/%s/resolve/%s/%s".formatted(id, commit, encodedPath(file));
    }

    private static String encodedPath(String path) {
        return Arrays.stream(path.split("/"))
                .map(HubRepository::encoded)
                .collect(Collectors.joining("/"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Returns the location. */
    @Override
    public String toString() {
        return SCHEME + id + (revision.equals(DEFAULT_REVISION) ? "" : "@" + revision);
    }
}
