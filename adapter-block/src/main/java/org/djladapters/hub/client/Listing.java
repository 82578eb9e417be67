/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.client;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;

/**
 * The files of a revision, as the hub lists them.
 *
 * @param commit the commit that it is
 * @param names the names of its files, with slashes
 */
public record Listing(String commit, Set<String> names) {

    /** Keeps a copy of the names. */
    public Listing {
        names = Set.copyOf(names);
    }

    /**
     * Reads an answer of the hub.
     *
     * @param source its address, for messages
     * @throws MalformedFileException if it is none, or a name could lead out of its folder
     */
    public static Listing parse(String source, String text) throws MalformedFileException {
        if (!(JsonFiles.parse(source, text) instanceof JsonObject model)
                || !(model.get("sha") instanceof JsonPrimitive commit)
                || !HubRepository.isCommit(commit.getAsString())
                || !(model.get("siblings") instanceof JsonArray siblings)) {
            throw new MalformedFileException(
                    source,
                    "tells no commit with its files; check that HF_ENDPOINT is the address of a"
                            + " hub");
        }
        Set<String> names = new TreeSet<>();
        for (JsonElement sibling : siblings) {
            names.add(name(source, sibling));
        }
        return new Listing(commit.getAsString(), names);
    }

    private static String name(String source, JsonElement sibling) throws MalformedFileException {
        if (!(sibling instanceof JsonObject file)
                || !(file.get("rfilename") instanceof JsonPrimitive name)) {
            throw new MalformedFileException(
                    source,
                    "lists a file without a name; check that HF_ENDPOINT is the address of a hub");
        }
        if (!isSafe(name.getAsString())) {
            throw new MalformedFileException(
                    source,
                    "lists the file "
                            + quote(name.getAsString())
                            + ", whose name could lead out of its folder; do not use this"
                            + " repository");
        }
        return name.getAsString();
    }

    /** Tells whether a name stays in its folder, on any system. */
    private static boolean isSafe(String name) {
        return MalformedFileException.isPlain(name)
                && !name.contains("\\")
                && !name.matches("[A-Za-z]:.*")
                && Arrays.stream(name.split("/", -1))
                        .noneMatch(s -> s.isEmpty() || s.equals(".") || s.equals(".."));
    }
}
