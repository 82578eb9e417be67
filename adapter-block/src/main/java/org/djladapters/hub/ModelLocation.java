/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.repository.Artifact;
import ai.djl.repository.FilenameUtils;
import ai.djl.repository.MRL;
import ai.djl.repository.Repository;
import ai.djl.util.Progress;
import ai.djl.util.Utils;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.djladapters.hub.client.HubClient;
import org.djladapters.hub.client.HubRepository;
import org.djladapters.hub.client.HubSettings;
import org.djladapters.hub.client.NeededFiles;
import org.djladapters.io.Failures;

/**
 * A model or an adapter from anywhere, as a folder on disk.
 *
 * <p>A location is one of
 *
 * <ul>
 *   <li>a folder, or an archive such as a {@code .zip} file;
 *   <li>{@code hf://organization/name} or {@code hf://organization/name@revision}, a repository of
 *       the HuggingFace hub; a revision is a branch, a tag or a commit;
 *   <li>{@code djl://…}, {@code http:}, {@code https:}, {@code file:} or {@code jar:}, a URL that
 *       DJL's {@code Criteria} takes.
 * </ul>
 *
 * <p>What comes from the hub is kept in the cache that Python's huggingface_hub uses, so that each
 * uses what the other has fetched; its environment variables count here, too ({@code HF_HOME},
 * {@code HF_HUB_CACHE}, {@code HF_TOKEN}, {@code HF_ENDPOINT}, {@code HF_HUB_OFFLINE}). Only the
 * files that are needed come, their sizes and hashes are compared with what the hub says, and never
 * a file that can run code when it is read. What comes from other URLs is kept in DJL's cache.
 */
public final class ModelLocation {

    /** At least two letters: one would be the drive of a Windows path. */
    private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");

    private ModelLocation() {}

    /**
     * Finds the folder of a model as {@link #resolve(String, Progress)} does, without progress.
     *
     * @throws IOException if there is no model at the location, or it can't be had
     */
    public static Path resolve(String location) throws IOException {
        return resolve(location, null);
    }

    /**
     * Finds the folder of a model; one from elsewhere is brought into a cache first.
     *
     * @param progress follows downloads in bytes, file by file; null for nobody
     * @throws IOException if there is no model at the location, or it can't be had; the message
     *     says why and what to do
     * @throws IllegalArgumentException if an environment variable of the hub makes no sense
     */
    public static Path resolve(String location, Progress progress) throws IOException {
        return find(location, NeededFiles.MODEL, progress);
    }

    /**
     * Finds the folder of an adapter as {@link #adapter(String, Progress)} does, without progress.
     *
     * @throws IOException if there is no adapter at the location, or it can't be had
     */
    public static Path adapter(String location) throws IOException {
        return adapter(location, null);
    }

    /**
     * Finds the folder of an adapter; one from elsewhere is brought into a cache first.
     *
     * @param progress follows downloads in bytes, file by file; null for nobody
     * @throws IOException if there is no adapter at the location, or it can't be had; the message
     *     says why and what to do
     * @throws IllegalArgumentException if an environment variable of the hub makes no sense
     */
    public static Path adapter(String location, Progress progress) throws IOException {
        return find(location, NeededFiles.ADAPTER, progress);
    }

    private static Path find(String location, NeededFiles needed, Progress progress)
            throws IOException {
        if (location.startsWith(HubRepository.SCHEME)) {
            HubRepository repository = HubRepository.parse(location);
            return new HubClient(HubSettings.current()).fetch(repository, needed, progress);
        }
        if (URL.matcher(location).matches()) {
            requireNoPage(location);
            return fromUrl(location, location, progress);
        }
        Path path = path(location);
        if (Files.isRegularFile(path) && FilenameUtils.isArchiveFile(location)) {
            return fromUrl(path.toUri().toString(), location, progress);
        }
        if (!Files.exists(path) && HubRepository.isId(location)) {
            throw new NoSuchFileException(
                    location,
                    null,
                    "there is no such folder; for what has this name on the HuggingFace hub give"
                            + " hf://"
                            + location);
        }
        return path;
    }

    /** The address of a repository in a browser shows a page, no model. */
    private static void requireNoPage(String location) throws IOException {
        String hub = HubSettings.current().endpoint() + "/";
        if (location.startsWith(hub)) {
            String rest = location.substring(hub.length()).replaceFirst("(/tree/main)?/?$", "");
            if (HubRepository.isId(rest)) {
                throw new IOException(
                        "'%s' is the address of a page; give hf://%s".formatted(location, rest));
            }
        }
    }

    private static Path path(String location) throws IOException {
        try {
            return Path.of(location);
        } catch (InvalidPathException e) {
            throw new IOException(quote(location) + " is not a path: " + e.getReason(), e);
        }
    }

    private static Path fromUrl(String url, String location, Progress progress) throws IOException {
        try {
            Path folder = fetch(Repository.newInstance("model", url), progress);
            return Utils.getNestedModelDir(folder);
        } catch (IllegalArgumentException | IOException e) {
            throw new IOException(
                    "Nothing can be loaded from '"
                            + location
                            + "' ("
                            + Failures.reason(e)
                            + "); give a folder, hf://organization/name, or a file:, jar:, http: or"
                            + " djl: URL",
                    e);
        }
    }

    private static Path fetch(Repository repository, Progress progress) throws IOException {
        List<MRL> resources = repository.getResources();
        Artifact artifact = resources.isEmpty() ? null : resources.get(0).getDefaultArtifact();
        if (artifact == null) {
            throw new IOException("nothing can be fetched from there");
        }
        Path folder = repository.getResourceDirectory(artifact);
        forgetOlder(folder, repository.getBaseUri());
        resources.get(0).prepare(artifact, progress);
        if (!Files.isDirectory(folder)) {
            throw new IOException("it is neither a folder nor an archive");
        }
        return folder;
    }

    /** DJL unpacks an archive once, but a file that was written since then is another archive. */
    private static void forgetOlder(Path folder, URI source) throws IOException {
        if ("file".equals(source.getScheme()) && Files.isDirectory(folder)) {
            Path archive = Path.of(source);
            if (Files.isRegularFile(archive)
                    && Files.getLastModifiedTime(archive)
                                    .compareTo(Files.getLastModifiedTime(folder))
                            > 0) {
                Utils.deleteQuietly(folder);
            }
        }
    }
}
