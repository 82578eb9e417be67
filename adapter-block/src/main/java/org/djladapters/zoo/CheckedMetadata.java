/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.repository.Artifact;
import ai.djl.repository.FilenameUtils;
import ai.djl.repository.MRL;
import ai.djl.repository.Metadata;
import ai.djl.util.JsonUtils;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;

/**
 * Reads {@code metadata.json}, the description of an artifact and its versions in DJL's form, and
 * refuses what could lead elsewhere. DJL itself takes every name and path as it stands, and unpacks
 * archives before it looks at their checksum; here versions and files have plain names, files lie
 * beside the description, are not archives that would be unpacked, and have size and checksum.
 */
final class CheckedMetadata {

    /** The name of the file. */
    static final String FILE = "metadata.json";

    private static final Pattern SHA1 = Pattern.compile("[0-9a-fA-F]{40}");
    private static final int MOST_FILES = 1000;

    private final String source;

    private CheckedMetadata(String source) {
        this.source = source;
    }

    /** Reads the description of an artifact; one that is not to be trusted is refused. */
    static Metadata parse(String source, String text, MRL mrl) throws MalformedFileException {
        return new CheckedMetadata(source).parse(text, mrl);
    }

    private Metadata parse(String text, MRL mrl) throws MalformedFileException {
        Metadata metadata;
        try {
            metadata = JsonUtils.GSON.fromJson(JsonFiles.parse(source, text), Metadata.class);
        } catch (RuntimeException e) {
            // Gson throws more than JsonParseException where types do not fit.
            throw malformed("does not describe an artifact: " + quote(e.getMessage()), e);
        }
        if (metadata == null || metadata.getArtifacts() == null) {
            throw malformed("does not describe an artifact", null);
        }
        if (!mrl.getGroupId().equals(metadata.getGroupId())
                || !mrl.getArtifactId().equals(metadata.getArtifactId())) {
            throw malformed(
                    "describes %s instead of %s:%s"
                            .formatted(
                                    quote(metadata.getGroupId() + ":" + metadata.getArtifactId()),
                                    mrl.getGroupId(),
                                    mrl.getArtifactId()),
                    null);
        }
        Set<String> versions = new HashSet<>();
        for (Artifact artifact : metadata.getArtifacts()) {
            check(artifact);
            if (!versions.add(artifact.getVersion())) {
                throw malformed("has version " + artifact.getVersion() + " twice", null);
            }
        }
        metadata.init(Map.of());
        metadata.setRepositoryUri(mrl.toURI());
        return metadata;
    }

    private void check(Artifact artifact) throws MalformedFileException {
        if (artifact == null || !Coordinates.isName(artifact.getVersion())) {
            throw malformed(
                    "has a version named "
                            + quote(String.valueOf(artifact == null ? null : artifact.getVersion()))
                            + ", which could lead out of its folder",
                    null);
        }
        String where = "version " + artifact.getVersion();
        if (artifact.getName() != null && !Coordinates.isName(artifact.getName())) {
            throw malformed(
                    "%s is named %s, which could lead out of its folder"
                            .formatted(where, quote(artifact.getName())),
                    null);
        }
        Map<String, Artifact.Item> files = files(artifact);
        if (files.isEmpty() || files.size() > MOST_FILES) {
            throw malformed(
                    "%s has %d files instead of 1 to %d".formatted(where, files.size(), MOST_FILES),
                    null);
        }
        Set<String> names = new HashSet<>();
        for (Artifact.Item item : files.values()) {
            check(artifact, item);
            // Some file systems take names in capitals for the same.
            if (!names.add(item.getName().toLowerCase(Locale.ROOT))) {
                throw malformed(where + " has the file " + item.getName() + " twice", null);
            }
        }
    }

    private Map<String, Artifact.Item> files(Artifact artifact) throws MalformedFileException {
        try {
            return artifact.getFiles();
        } catch (RuntimeException e) {
            // DJL does not expect that one of them is null.
            throw malformed(
                    "version " + artifact.getVersion() + " has a file without a description", e);
        }
    }

    private void check(Artifact artifact, Artifact.Item item) throws MalformedFileException {
        String where = "version " + artifact.getVersion();
        String uri = item.getUri();
        String folder = artifact.getVersion() + "/";
        if (uri == null || !uri.startsWith(folder)) {
            throw malformed(
                    where + " has a file at " + quote(String.valueOf(uri)) + ", not in its folder",
                    null);
        }
        String name = uri.substring(folder.length());
        if (!Coordinates.isName(name) || !name.equals(item.getName())) {
            throw malformed(
                    "%s has a file %s at %s, which could lead out of its folder"
                            .formatted(where, quote(String.valueOf(item.getName())), quote(uri)),
                    null);
        }
        if (!FilenameUtils.getFileType(uri).isEmpty() || !"file".equals(item.getType())) {
            throw malformed(
                    where + " has the archive " + quote(name) + ", but archives are not unpacked",
                    null);
        }
        if (item.getSize() < 0
                || item.getSha1Hash() == null
                || !SHA1.matcher(item.getSha1Hash()).matches()) {
            throw malformed(where + " lacks the size or checksum of " + name, null);
        }
    }

    private MalformedFileException malformed(String problem, Exception cause) {
        return new MalformedFileException(
                source, problem + "; do not use it, and tell its publisher", cause);
    }
}
