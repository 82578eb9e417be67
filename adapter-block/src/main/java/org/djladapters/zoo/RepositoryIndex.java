/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.Application;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.djladapters.io.JsonFields;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;

/**
 * The list of what a repository holds. DJL's layout has descriptions of artifacts only, in folders
 * by application; over HTTP nobody could find them without a list.
 *
 * @param applications the application of every artifact by {@code group:artifact}, sorted
 */
record RepositoryIndex(Map<String, Application> applications) {

    /** The name of the file, at the root of a repository. */
    static final String FILE = "index.json";

    private static final int SHOWN = 10;
    private static final String ARTIFACTS = "artifacts";
    private static final String GROUP = "groupId";
    private static final String ARTIFACT = "artifactId";
    private static final String APPLICATION = "application";

    /** Sorts the artifacts. */
    RepositoryIndex {
        applications = Collections.unmodifiableMap(new TreeMap<>(applications));
    }

    /** Reads an index. */
    static RepositoryIndex parse(String source, String text) throws MalformedFileException {
        String problem = "does not list artifacts; check that the URL is that of a repository";
        JsonFields json = JsonFields.of(source, JsonFiles.parse(source, text), problem);
        if (!json.isList(ARTIFACTS)) {
            throw json.invalid(problem);
        }
        Map<String, Application> applications = new TreeMap<>();
        for (JsonFields entry : json.objects(ARTIFACTS)) {
            String application = field(entry, APPLICATION);
            try {
                Coordinates coordinates =
                        new Coordinates(
                                field(entry, GROUP), field(entry, ARTIFACT), Optional.empty());
                applications.put(coordinates.toString(), Application.of(application));
            } catch (IllegalArgumentException e) {
                throw json.invalid(e.getMessage() + "; do not use it, and tell its publisher", e);
            }
        }
        return new RepositoryIndex(applications);
    }

    private static String field(JsonFields entry, String name) throws MalformedFileException {
        return entry.text(name)
                .orElseThrow(
                        () ->
                                entry.invalid(
                                        "has an entry without "
                                                + quote(name)
                                                + "; do not use it, and tell its publisher"));
    }

    /** Returns the coordinates of all artifacts, without versions. */
    List<Coordinates> artifacts() {
        return applications.keySet().stream().map(Coordinates::parse).toList();
    }

    /** Returns the application of an artifact, if it is there. */
    Optional<Application> application(Coordinates coordinates) {
        return Optional.ofNullable(applications.get(name(coordinates)));
    }

    /** Returns the index with one more artifact. */
    RepositoryIndex with(Coordinates coordinates, Application application) {
        Map<String, Application> more = new TreeMap<>(applications);
        more.put(name(coordinates), application);
        return new RepositoryIndex(more);
    }

    private static String name(Coordinates coordinates) {
        return coordinates.group() + ":" + coordinates.artifact();
    }

    /** Returns the text of the file. */
    String text() {
        JsonArray entries = new JsonArray();
        applications.forEach(
                (name, application) -> {
                    Coordinates coordinates = Coordinates.parse(name);
                    JsonObject entry = new JsonObject();
                    entry.addProperty(APPLICATION, application.getPath());
                    entry.addProperty(GROUP, coordinates.group());
                    entry.addProperty(ARTIFACT, coordinates.artifact());
                    entries.add(entry);
                });
        JsonObject json = new JsonObject();
        json.add(ARTIFACTS, entries);
        return JsonFiles.text(json);
    }

    /** Names some of the artifacts, for messages. */
    String shown() {
        List<String> names = new ArrayList<>(applications.keySet());
        String some = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
        return names.isEmpty()
                ? "it holds nothing"
                : "it holds " + some + (names.size() > SHOWN ? ", …" : "");
    }
}
