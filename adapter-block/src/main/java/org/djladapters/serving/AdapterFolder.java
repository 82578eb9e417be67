/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.serving;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.io.Failures;

/**
 * Watches a folder whose subfolders are adapters. A change counts only when two looks in a row find
 * the same: a folder that is still being copied, or is missing for a moment because it is being
 * replaced, waits for the next look.
 *
 * <p>If the folder itself is lost, all adapters stay as they are: it can't be read, or an empty
 * folder has taken its place, as where a volume is no longer mounted.
 */
public final class AdapterFolder {

    private final Path folder;
    private final ServedAdapters<?> adapters;
    private final Consumer<String> log;
    private final Consumer<String> warning;

    /** What tells the folder from another one at its place, null on some systems. */
    private Object key;

    /** Why the last look failed, empty if it did not. */
    private volatile String failure = "";

    /** The folders of the last look. */
    private Map<String, FolderState> before = Map.of();

    /** The folders that were loaded or refused. */
    private final Map<String, FolderState> settled = new HashMap<>();

    /**
     * Prepares to watch.
     *
     * @param adapters the adapters that follow the folder
     * @param log takes a sentence for every adapter that is loaded or unloaded
     * @param warning takes a sentence for every folder that is refused, or if the folder is lost
     */
    public AdapterFolder(
            Path folder,
            ServedAdapters<?> adapters,
            Consumer<String> log,
            Consumer<String> warning) {
        this.folder = folder;
        this.adapters = adapters;
        this.log = log;
        this.warning = warning;
    }

    /**
     * Looks once; loads, replaces and unloads adapters whose change counts. If the folder is lost,
     * nothing is changed and {@link #failure} says why.
     */
    public synchronized void poll() {
        String found = "";
        try {
            follow(look());
        } catch (IOException | RuntimeException e) { // the next look may find it better
            found = "The folder of adapters is lost: " + reason(e);
        }
        if (!found.isEmpty() && !found.equals(failure)) {
            warning.accept(found + "; the adapters that were loaded stay");
        }
        failure = found;
    }

    private static String reason(Exception failure) {
        return failure instanceof NoSuchFileException missing
                ? missing.getFile() + " is missing"
                : Failures.reason(failure);
    }

    /** Returns why the last look failed; empty if the folder was found. */
    public Optional<String> failure() {
        return Optional.of(failure).filter(reason -> !reason.isEmpty());
    }

    private void follow(Map<String, FolderState> now) {
        Set<String> names = new TreeSet<>(now.keySet());
        names.addAll(settled.keySet());
        for (String name : names) {
            FolderState state = now.get(name);
            boolean still = Objects.equals(state, before.get(name));
            if (still && !Objects.equals(state, settled.get(name))) {
                if (state == null) {
                    remove(name);
                } else {
                    load(name, state);
                }
            }
        }
        before = now;
        adapters.sweep();
    }

    private Map<String, FolderState> look() throws IOException {
        Map<String, FolderState> found = new HashMap<>();
        Object newKey = Files.readAttributes(folder, BasicFileAttributes.class).fileKey();
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (!name.startsWith(".") && AdapterDirectory.holdsAdapter(entry)) {
                    try {
                        found.put(name, FolderState.of(entry));
                    } catch (IOException e) {
                        keep(name, found);
                    }
                }
            }
        }
        if (found.isEmpty() && !settled.isEmpty() && !Objects.equals(key, newKey)) {
            throw new FileSystemException(
                    folder.toString(), null, "an empty folder has taken its place");
        }
        key = newKey;
        return found;
    }

    /** Leaves an adapter as it is if its folder can't be read at this moment. */
    private void keep(String name, Map<String, FolderState> found) {
        if (settled.containsKey(name)) {
            found.put(name, settled.get(name));
        }
    }

    private void load(String name, FolderState state) {
        try {
            Path adapter = folder.resolve(name);
            adapters.load(name, adapter, () -> isStill(name, state))
                    .ifPresent(
                            loaded -> {
                                settled.put(name, state);
                                log.accept("Loaded " + loaded);
                            });
        } catch (IOException | RuntimeException e) {
            refuse(name, state, e);
        }
    }

    private boolean isStill(String name, FolderState state) {
        try {
            return FolderState.of(folder.resolve(name)).equals(state);
        } catch (IOException e) {
            return false;
        }
    }

    private void refuse(String name, FolderState state, Exception failure) {
        String prefix = folder + folder.getFileSystem().getSeparator();
        String reason = Failures.reason(failure).replace(prefix, "");
        adapters.refuse(name, reason);
        settled.put(name, state);
        warning.accept(
                "Refused the folder '%s'%s: %s"
                        .formatted(
                                name,
                                adapters.serves(name) ? ", the version that runs goes on" : "",
                                reason));
    }

    private void remove(String name) {
        boolean served = adapters.serves(name);
        adapters.remove(name);
        settled.remove(name);
        if (served) {
            log.accept("Unloaded adapter '%s', since its folder is gone".formatted(name));
        }
    }
}
