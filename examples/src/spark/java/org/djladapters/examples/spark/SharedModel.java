/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.hub.OpenOptions;
import org.djladapters.io.Failures;
import org.djladapters.matmul.Precision;
import org.djladapters.model.AdaptedModel;
import org.djladapters.serving.FolderState;

/**
 * A base model of this process, with the adapters that rows have named. Spark gives its tasks no
 * place to share something that can't be sent, so this is static: a model is opened by the first
 * task that needs it, used by all, and ends with the process.
 */
final class SharedModel {

    private static final String THREADS = "ai.djl.pytorch.num_threads";

    private static final Map<List<String>, SharedModel> MODELS = new HashMap<>();

    private final AdaptedModel model;
    private final SharedAdapter base;

    /** The adapters in memory, the least recently used first. */
    private final Map<Version, SharedAdapter> adapters = new LinkedHashMap<>(16, 0.75f, true);

    private int loads;

    /**
     * A version of an adapter.
     *
     * @param folder where it is
     * @param state the sizes and times of its files
     */
    private record Version(Path folder, FolderState state) {}

    private SharedModel(AdaptedModel model) {
        this.model = model;
        base = new SharedAdapter(model, AdaptedModel.BASE);
    }

    /**
     * Opens a model unless this process has it.
     *
     * @param location where it is
     * @param precision the type in which it computes
     * @throws IOException if there is no such model on this machine; the message says so
     */
    static synchronized SharedModel open(String location, String precision) throws IOException {
        List<String> key = List.of(location, precision);
        SharedModel shared = MODELS.get(key);
        if (shared == null) {
            limitThreads();
            OpenOptions options =
                    OpenOptions.builder().optPrecision(Precision.of(precision)).build();
            try {
                shared = new SharedModel(AdaptedModel.open(location, options));
            } catch (IOException | RuntimeException e) {
                throw new IOException(
                        "The model '%s' can't be opened on machine '%s', and every machine needs it: %s"
                                .formatted(location, Machine.name(), Failures.reason(e)),
                        e);
            }
            MODELS.put(key, shared);
        }
        return shared;
    }

    /** Leaves the engine as many threads as Spark counts for a task, unless somebody chose. */
    private static void limitThreads() {
        if (System.getenv("OMP_NUM_THREADS") == null && System.getProperty(THREADS) == null) {
            System.setProperty(THREADS, String.valueOf(TaskContext.get().cpus()));
        }
    }

    /** Returns the base model without adapters, for good. */
    SharedAdapter base() {
        return base;
    }

    /**
     * Returns an adapter for use, loaded first if it is not in memory in this state.
     *
     * @param name its name for messages
     * @param folder where it is
     * @param state the sizes and times of its files
     * @param most how many adapters are in memory, at most, unless more are in use
     * @throws IOException if the folder does not hold an adapter for this model
     */
    synchronized SharedAdapter lease(String name, Path folder, FolderState state, int most)
            throws IOException {
        Version version = new Version(folder, state);
        SharedAdapter adapter = adapters.get(version);
        if (adapter == null) {
            unload(most - 1);
            adapter = load(name, folder);
            adapters.put(version, adapter);
        }
        adapter.lease();
        return adapter;
    }

    /** Ends a use. */
    synchronized void release(SharedAdapter adapter, int most) {
        adapter.release();
        unload(most);
    }

    private SharedAdapter load(String name, Path folder) throws IOException {
        loads++;
        String internalName = name + ".v" + loads;
        AdapterDirectory.load(model, internalName, folder);
        if (!model.active().isEmpty()) {
            model.activate(); // the first adapter of a model becomes active
        }
        return new SharedAdapter(model, internalName);
    }

    private void unload(int most) {
        Iterator<SharedAdapter> oldest = adapters.values().iterator();
        while (adapters.size() > most && oldest.hasNext()) {
            SharedAdapter adapter = oldest.next();
            if (!adapter.isLeased()) {
                oldest.remove();
                adapter.close();
                model.delete(adapter.name());
            }
        }
    }
}
