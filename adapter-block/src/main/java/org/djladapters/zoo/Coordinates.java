/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import static org.djladapters.io.MalformedFileException.quote;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of something published, written {@code group:artifact:version}, or {@code
 * group:artifact} for the newest version.
 *
 * @param group who publishes, a domain backwards: {@code org.example}
 * @param artifact what is published
 * @param version which version of it; empty for the newest
 */
public record Coordinates(String group, String artifact, Optional<String> version) {

    /** One part of a path, so that no name leads elsewhere or hides. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.+-]*[\\w+-])?");

    private static final Pattern GROUP = Pattern.compile("\\w[\\w-]*(\\.\\w[\\w-]*)*");
    private static final int LONGEST_NAME = 200;

    /** Checks the names, which become parts of paths and URLs. */
    public Coordinates {
        if (!GROUP.matcher(group).matches() || group.length() > LONGEST_NAME) {
            throw wrong("group", group);
        }
        if (!isName(artifact)) {
            throw wrong("artifact", artifact);
        }
        if (version.isPresent() && !isName(version.get())) {
            throw wrong("version", version.get());
        }
    }

    /**
     * Reads coordinates.
     *
     * @param text {@code group:artifact:version} or {@code group:artifact}
     * @throws IllegalArgumentException if it is not of that form
     */
    public static Coordinates parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 2 && parts.length != 3) {
            throw new IllegalArgumentException(
                    quote(text) + " is not of the form group:artifact:version or group:artifact");
        }
        return new Coordinates(
                parts[0], parts[1], parts.length == 3 ? Optional.of(parts[2]) : Optional.empty());
    }

    /**
     * Names a version.
     *
     * @param other the version
     * @return the same artifact in that version
     */
    public Coordinates with(String other) {
        return new Coordinates(group, artifact, Optional.of(other));
    }

    /** Tells whether a text can be the name of a file or folder that is published. */
    static boolean isName(String text) {
        return text != null && text.length() <= LONGEST_NAME && NAME.matcher(text).matches();
    }

    private static IllegalArgumentException wrong(String what, String name) {
        return new IllegalArgumentException(
                ("%s can't be the %s of something published; use letters, "
                                + "digits, '.', '_' and '-'")
                        .formatted(quote(name), what));
    }

    /** Returns the form that {@link #parse} reads. */
    @Override
    public String toString() {
        return group + ":" + artifact + version.map(v -> ":" + v).orElse("");
    }
}
