/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
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
 */
public final class AdapterFolder {

    private final Path folder;
    private final ServedAdapters adapters;
    private final Consumer<String> log;

    /** The folders of the last look. */
    private Map<String, FolderState> before = Map.of();

    /** The folders that were loaded or refused. */
    private final Map<String, FolderState> settled = new HashMap<>();

    /**
     * Prepares to watch.
     *
     * @param adapters the adapters that follow the folder
     * @param log takes a sentence for every change
     */
    public AdapterFolder(Path folder, ServedAdapters adapters, Consumer<String> log) {
        this.folder = folder;
        this.adapters = adapters;
        this.log = log;
    }

    /**
     * Looks once; loads, replaces and unloads adapters whose change counts.
     *
     * @throws IOException if the folder itself can't be read; nothing is changed then
     */
    public synchronized void poll() throws IOException {
        Map<String, FolderState> now = look();
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
        return found;
    }

    /** Leaves an adapter as it is if its folder can't be read at this moment. */
    private void keep(String name, Map<String, FolderState> found) {
        if (settled.containsKey(name)) {
            found.put(name, settled.get(name));
        }
    }

    private void load(String name, FolderState state) {
        ServedAdapter next;
        try {
            next = adapters.load(name, folder.resolve(name));
        } catch (IOException | RuntimeException e) {
            refuse(name, state, e);
            return;
        }
        if (!isStill(name, state)) {
            adapters.discard(next); // it changed while it was read
            return;
        }
        adapters.put(next);
        settled.put(name, state);
        log.accept("Loaded " + next);
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
        log.accept(
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
