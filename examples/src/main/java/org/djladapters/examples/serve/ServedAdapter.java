/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.data.TaskKind;
import org.djladapters.examples.prediction.TextModel;
import org.djladapters.examples.prediction.TextRow;
import org.djladapters.examples.prediction.TextTask;
import org.djladapters.model.AdaptedModel;

/**
 * One version of an adapter, or the base model, that answers requests. A request holds a lease on
 * it. A retired version gives out no more leases and is closed when the last one has ended.
 */
final class ServedAdapter implements AutoCloseable {

    /** The version of the base model, which never changes. */
    static final int BASE_VERSION = 0;

    private final AdaptedModel model;
    private final String name;
    private final int version;
    private final String internalName;
    private final TaskKind kind;
    private final Instant loaded = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    /** The models for single texts (false) and for pairs (true), opened at the first request. */
    private final Map<Boolean, TextModel<?, ?>> models = new HashMap<>();

    private int leases;
    private boolean retired;

    /**
     * Opens an adapter of a model for its task.
     *
     * @param name the name that requests use
     * @param version the number of adapters that have had this name
     * @param internalName the name of the adapter in the model
     * @throws IOException if a file of the adapter is malformed
     * @throws IllegalArgumentException if it predicts nothing from texts
     */
    ServedAdapter(AdaptedModel model, String name, int version, String internalName)
            throws IOException {
        this.model = model;
        this.name = name;
        this.version = version;
        this.internalName = internalName;
        kind = TextModel.kindBeside(model, internalName).orElse(TaskKind.EMBEDDING);
        model(!takes(false)); // a task that can't be opened fails here
    }

    String name() {
        return name;
    }

    int version() {
        return version;
    }

    String internalName() {
        return internalName;
    }

    /** Tells whether it predicts from pairs (true), or from single texts (false). */
    boolean takes(boolean pairs) {
        return TextTask.takes(kind, pairs);
    }

    /** Names its inputs for messages. */
    String inputs() {
        if (takes(false)) {
            return takes(true) ? "texts or pairs" : "texts";
        }
        return "pairs";
    }

    /** Predicts an object for each row. */
    List<JsonObject> predict(boolean pairs, List<TextRow> rows) throws IOException {
        return model(pairs).predict(rows);
    }

    private TextModel<?, ?> model(boolean pairs) throws IOException {
        synchronized (models) {
            TextModel<?, ?> opened = models.get(pairs);
            if (opened == null) {
                opened = TextModel.beside(model, TextTask.of(kind, pairs, 0), internalName);
                models.put(pairs, opened);
            }
            return opened;
        }
    }

    /** Begins a lease; returns false if this version is retired. */
    synchronized boolean acquire() {
        if (retired) {
            return false;
        }
        leases++;
        return true;
    }

    /** Ends a lease. */
    synchronized void release() {
        leases--;
    }

    /** Gives out no more leases. */
    synchronized void retire() {
        retired = true;
    }

    /** Tells whether this is retired and its last lease has ended. */
    synchronized boolean isUnused() {
        return retired && leases == 0;
    }

    /** Describes it to clients. */
    JsonObject json() {
        JsonObject json = new JsonObject();
        json.addProperty("name", name);
        json.addProperty("version", version);
        json.addProperty("task", kind.noun());
        JsonArray inputs = new JsonArray();
        if (takes(false)) {
            inputs.add("text");
        }
        if (takes(true)) {
            inputs.add("pair");
        }
        json.add("inputs", inputs);
        json.addProperty("loaded", loaded.toString());
        return json;
    }

    /** Closes the models for its task; the base model keeps the adapter. */
    @Override
    public void close() {
        synchronized (models) {
            models.values().forEach(TextModel::close);
            models.clear();
        }
    }

    @Override
    public String toString() {
        return "adapter '%s', version %d (%s)".formatted(name, version, kind.noun());
    }
}
