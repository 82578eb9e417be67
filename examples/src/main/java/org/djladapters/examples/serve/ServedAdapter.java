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
 * One version of an adapter, or the base model, that answers requests. Requests take it on lease;
 * once it is retired nobody gets it any more, and it is closed when the last lease is over.
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

    /** What predicts from single texts (false) and from pairs (true), opened when asked first. */
    private final Map<Boolean, TextModel<?, ?>> models = new HashMap<>();

    private int leases;
    private boolean retired;

    /**
     * Opens an adapter of a model for its task.
     *
     * @param name the name that requests use
     * @param version counts the adapters that had this name
     * @throws IOException if what the adapter brings is malformed
     * @throws IllegalArgumentException if it predicts nothing from texts
     */
    ServedAdapter(AdaptedModel model, String name, int version, String internalName)
            throws IOException {
        this.model = model;
        this.name = name;
        this.version = version;
        this.internalName = internalName;
        kind = TextModel.kindBeside(model, internalName).orElse(TaskKind.EMBEDDING);
        model(!takes(false)); // finds out here whether it works at all
    }

    /** The name that requests use. */
    String name() {
        return name;
    }

    int version() {
        return version;
    }

    /** The name of the adapter in the model. */
    String internalName() {
        return internalName;
    }

    /** Tells whether it predicts from single texts, or from pairs. */
    boolean takes(boolean pairs) {
        return TextTask.takes(kind, pairs);
    }

    /** What it takes, for messages. */
    String inputs() {
        if (takes(false)) {
            return takes(true) ? "texts or pairs" : "texts";
        }
        return "pairs";
    }

    /**
     * Predicts.
     *
     * @param rows single texts or pairs
     * @return an object for each
     */
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

    /**
     * Takes this version on lease.
     *
     * @return whether that was possible; it is not once this is retired
     */
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

    /** Tells whether this is retired and its last lease is over. */
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

    /** Closes what predicts; the model keeps the adapter. */
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
