/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.serving.FolderState;

/**
 * The adapters that the rows of one task name. A task uses one version of an adapter, the one that
 * it found first.
 */
final class NamedAdapters {

    private final SharedModel model;
    private final RowPrediction work;
    private final Map<String, FolderState> states = new HashMap<>();

    /** An adapter in use, with what predicts. */
    final class Lease implements AutoCloseable {

        private final SharedAdapter adapter;
        private final RowPredictor predictor;

        private Lease(SharedAdapter adapter, RowPredictor predictor) {
            this.adapter = adapter;
            this.predictor = predictor;
        }

        RowPredictor predictor() {
            return predictor;
        }

        @Override
        public void close() {
            release(adapter);
        }
    }

    NamedAdapters(SharedModel model, RowPrediction work) {
        this.model = model;
        this.work = work;
    }

    /**
     * Takes an adapter into use.
     *
     * @param name the name that rows have, empty for the base model
     * @throws IOException if there is no such adapter on this machine, or it is damaged
     * @throws IllegalArgumentException if it is for another task
     */
    Lease lease(String name) throws IOException {
        SharedAdapter adapter = name.isEmpty() ? model.base() : loaded(name);
        try {
            return new Lease(adapter, adapter.predictor(work.use()));
        } catch (IOException | RuntimeException e) {
            release(adapter);
            throw e;
        }
    }

    private void release(SharedAdapter adapter) {
        if (adapter != model.base()) {
            model.release(adapter, work.maxAdapters());
        }
    }

    private SharedAdapter loaded(String name) throws IOException {
        Path folder = folder(name);
        FolderState state = states.get(name);
        if (state == null) {
            state = FolderState.of(folder);
            states.put(name, state);
        }
        return model.lease(name, folder, state, work.maxAdapters());
    }

    private Path folder(String name) throws IOException {
        Path all = Path.of(work.adapters()).normalize();
        if (!Files.isDirectory(all)) {
            throw new IOException(
                    "there is no folder '%s' on machine '%s', and every machine needs it"
                            .formatted(all, Machine.name()));
        }
        Path folder = child(all, name);
        if (!AdapterDirectory.holdsAdapter(folder)) {
            throw new IOException(
                    "there is no adapter '%s' in '%s' on machine '%s'"
                            .formatted(name, all, Machine.name()));
        }
        return folder;
    }

    /** Names come with the data: none may lead out of the folder. */
    private static Path child(Path all, String name) {
        try {
            Path folder = all.resolve(name).normalize();
            if (all.equals(folder.getParent()) && folder.getFileName().toString().equals(name)) {

                return folder;
            }
        } catch (InvalidPathException e) {
            // said below
        }
        throw new IllegalArgumentException(
                "an adapter's name is that of a folder in '" + all + "'");
    }
}
