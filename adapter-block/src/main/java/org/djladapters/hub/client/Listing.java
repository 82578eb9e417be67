/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.client;

import static org.djladapters.io.MalformedFileException.quote;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.djladapters.io.JsonFields;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;

/**
 * The commit that a revision is, and the names of its files, with slashes, as the hub lists them.
 */
public record Listing(String commit, Set<String> names) {

    private static final String CHECK = "; check that HF_ENDPOINT is the address of a hub";

    /** Keeps a copy of the names. */
    public Listing {
        names = Set.copyOf(names);
    }

    /**
     * Reads an answer of the hub, whose address messages name.
     *
     * @throws MalformedFileException if it lists no files, or a name could lead out of its folder
     */
    public static Listing parse(String source, String text) throws MalformedFileException {
        String problem = "tells no commit with its files" + CHECK;
        JsonFields model = JsonFields.of(source, JsonFiles.parse(source, text), problem);
        String commit = model.text("sha").filter(HubRepository::isCommit).orElse("");
        if (commit.isEmpty() || !model.isList("siblings")) {
            throw model.invalid(problem);
        }
        Set<String> names = new TreeSet<>();
        for (JsonFields file : model.objects("siblings")) {
            String name =
                    file.text("rfilename")
                            .orElseThrow(() -> file.invalid("lists a file without a name" + CHECK));
            if (!isSafe(name)) {
                throw file.invalid(
                        "lists the file "
                                + quote(name)
                                + ", whose name could lead out of its folder; do not use this"
                                + " repository");
            }
            names.add(name);
        }
        return new Listing(commit, names);
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
