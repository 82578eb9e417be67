/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.serving;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * One version of an adapter, or the base model, that answers requests. A request holds a lease on
 * it. A retired version gives out no more leases and is closed when the last one has ended.
 *
 * @param <T> what predicts with it
 */
public final class ServedAdapter<T extends ServedAdapters.Tasks> {

    /** The version of the base model, which never changes. */
    static final int BASE_VERSION = 0;

    private final String name;
    private final int version;
    private final String internalName;
    private final T tasks;
    private final Instant loaded = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    private int leases;
    private boolean retired;

    ServedAdapter(String name, int version, String internalName, T tasks) {
        this.name = name;
        this.version = version;
        this.internalName = internalName;
        this.tasks = tasks;
    }

    /** Returns the name that requests use, empty for the base model. */
    public String name() {
        return name;
    }

    /** Returns the number of adapters that have had this name, 0 for the base model. */
    public int version() {
        return version;
    }

    /** Returns the name of the adapter in the model. */
    String internalName() {
        return internalName;
    }

    /** Returns what predicts with it, while the lease lasts. */
    public T tasks() {
        return tasks;
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
    public synchronized void release() {
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
        json.addProperty("task", tasks.task());
        JsonArray inputs = new JsonArray();
        tasks.inputs().forEach(inputs::add);
        json.add("inputs", inputs);
        json.addProperty("loaded", loaded.toString());
        return json;
    }

    @Override
    public String toString() {
        return "adapter '%s', version %d (%s)".formatted(name, version, tasks.task());
    }
}
