/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.head;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.io.JsonFields;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;

/**
 * The file of an adapter directory with the names of outputs: a JSON list of texts in their order.
 */
public final class LabelsFile {

    /** The name of the file. */
    public static final String NAME = "labels.json";

    private LabelsFile() {}

    /** Writes names as the text of the file. */
    public static String text(List<String> labels) {
        JsonArray array = new JsonArray();
        labels.forEach(array::add);
        return JsonFiles.text(array);
    }

    /** Reads a file of names. */
    public static List<String> read(Path file) throws IOException {
        return read(file.toString(), JsonFiles.read(file));
    }

    private static List<String> read(String source, JsonElement json)
            throws MalformedFileException {
        if (!(json instanceof JsonArray list)
                || !list.asList().stream().allMatch(JsonFields::isText)) {
            throw new MalformedFileException(
                    source, "is not a list of strings; save the adapter again");
        }
        List<String> labels = list.asList().stream().map(JsonElement::getAsString).toList();
        requireDifferent(source, labels);
        return labels;
    }

    static void requireDifferent(String source, List<String> labels) throws MalformedFileException {
        Set<String> seen = new HashSet<>();
        for (String label : labels) {
            if (!seen.add(label)) {
                throw new MalformedFileException(
                        source,
                        "names " + quote(label) + " twice; give every output a different name");
            }
        }
    }

    /**
     * Requires that the names that an adapter directory holds are as many as the outputs of its
     * head, if it has one, and all different; no model is needed.
     */
    public static void requireFitting(Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        if (Files.exists(file)) {
            Optional<HeadConfig> head = HeadFile.read(directory.resolve(HeadFile.NAME));
            requireFitting(
                    file.toString(),
                    read(file),
                    head.isEmpty() ? OptionalInt.empty() : OptionalInt.of(head.get().outputs()));
        }
    }

    static void requireFitting(String source, List<String> labels, OptionalInt outputs)
            throws MalformedFileException {
        requireDifferent(source, labels);
        if (labels.size() == 1) {
            throw new MalformedFileException(
                    source,
                    "names a single class, "
                            + quote(labels.get(0))
                            + "; name two or more, or none where a number is predicted");
        }
        if (outputs.isPresent() && outputs.getAsInt() != Math.max(1, labels.size())) {
            throw new MalformedFileException(
                    source,
                    "%s, but the head has %s outputs; name one for each"
                            .formatted(
                                    labels.isEmpty()
                                            ? "names no classes, as for a single number"
                                            : "names " + labels.size() + " classes",
                                    outputs.getAsInt()));
        }
    }
}
