/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.io.Failures;
import org.djladapters.matmul.Precision;
import org.djladapters.model.AdaptedModel;

/**
 * The adapters of one base model that answer requests, each in its newest version. A new version is
 * loaded while the old one answers, and replaces it in one step; the old one is deleted when its
 * last request has ended.
 *
 * <p>Any thread may take {@linkplain #lease leases}; only one thread at a time makes changes.
 */
public final class ServedAdapters implements AutoCloseable {

    private final AdaptedModel model;
    private final ServedAdapter base;
    private final String noBase;
    private final Map<String, ServedAdapter> current = new ConcurrentHashMap<>();
    private final SortedMap<String, String> refused = new ConcurrentSkipListMap<>();
    private final AtomicLong loads = new AtomicLong();
    private final AtomicLong failedLoads = new AtomicLong();

    /** The last version of every name. */
    private final Map<String, Integer> versions = new HashMap<>();

    /** Versions that may still have leases. */
    private final List<ServedAdapter> retired = new ArrayList<>();

    /**
     * Begins with the base model alone.
     *
     * @param model a model that was opened from a folder; it is not closed with this
     */
    public ServedAdapters(AdaptedModel model) {
        this.model = model;
        ServedAdapter opened = null;
        String reason = null;
        try {
            opened =
                    new ServedAdapter(
                            model,
                            AdaptedModel.BASE,
                            ServedAdapter.BASE_VERSION,
                            AdaptedModel.BASE);
        } catch (IOException | IllegalArgumentException e) {
            reason = Failures.reason(e);
        }
        base = opened;
        noBase = reason;
    }

    /**
     * Leases the newest version of an adapter; the caller releases it.
     *
     * @param name the name of the adapter, null for the base model
     */
    ServedAdapter lease(String name) throws Refusal {
        if (name == null) {
            if (base == null) {
                throw Refusal.badRequest(
                        "The base model predicts nothing from texts; name an 'adapter'");
            }
            base.acquire();
            return base;
        }
        while (true) {
            ServedAdapter found = current.get(name);
            if (found == null) {
                throw Refusal.notFound(
                        "There is no adapter '%s'; GET /adapters lists those that there are"
                                .formatted(name));
            }
            if (found.acquire()) {
                return found;
            }
            Thread.onSpinWait(); // it was replaced in the map meanwhile
        }
    }

    /** Tells whether a version of this name answers requests. */
    boolean serves(String name) {
        return current.containsKey(name);
    }

    /** Returns the type in which the base model computes. */
    String computedIn() {
        return Precision.nameOf(model.precision());
    }

    /** Returns the number of adapters, without the base model. */
    int count() {
        return current.size();
    }

    /** Returns the number of versions that were loaded so far. */
    long loads() {
        return loads.get();
    }

    /** Returns the number of versions that were refused so far. */
    long failedLoads() {
        return failedLoads.get();
    }

    /**
     * Loads the next version of an adapter, which answers requests after {@link #put}.
     *
     * @throws IOException if the folder does not hold an adapter for this model
     * @throws IllegalArgumentException if an adapter can't have the name, or it predicts nothing
     *     from texts
     */
    ServedAdapter load(String name, Path folder) throws IOException {
        int version = versions.getOrDefault(name, ServedAdapter.BASE_VERSION) + 1;
        String internalName = name + ".v" + version;
        AdapterDirectory.load(model, internalName, folder);
        try {
            if (!model.active().isEmpty()) {
                model.activate(); // the first adapter of a model becomes active
            }
            return new ServedAdapter(model, name, version, internalName);
        } catch (IOException | RuntimeException e) {
            model.delete(internalName);
            throw e;
        }
    }

    /** Lets a loaded version answer all requests from now on. */
    void put(ServedAdapter next) {
        versions.put(next.name(), next.version());
        loads.incrementAndGet();
        refused.remove(next.name());
        retire(current.put(next.name(), next));
    }

    /** Deletes a version that no request uses. */
    void discard(ServedAdapter unused) {
        unused.close();
        model.delete(unused.internalName());
    }

    /** Notes why a folder is not loaded; an older version goes on answering. */
    void refuse(String name, String reason) {
        failedLoads.incrementAndGet();
        refused.put(name, reason);
    }

    /** Retires the adapter of a name. */
    void remove(String name) {
        refused.remove(name);
        retire(current.remove(name));
    }

    private void retire(ServedAdapter old) {
        if (old != null) {
            old.retire();
            retired.add(old);
        }
        sweep();
    }

    /** Deletes retired versions that no request uses any more. */
    void sweep() {
        List<ServedAdapter> unused = retired.stream().filter(ServedAdapter::isUnused).toList();
        unused.forEach(this::discard);
        retired.removeAll(unused);
    }

    /** Describes all to clients. */
    JsonObject json() {
        JsonObject json = new JsonObject();
        JsonArray adapters = new JsonArray();
        current.values().stream()
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .forEach(adapter -> adapters.add(adapter.json()));
        json.add("base", base == null ? refusal(null, noBase) : baseJson());
        json.add("adapters", adapters);
        JsonArray refusals = new JsonArray();
        refused.forEach((name, reason) -> refusals.add(refusal(name, reason)));
        json.add("refused", refusals);
        return json;
    }

    private JsonObject baseJson() {
        JsonObject json = base.json();
        json.add("name", JsonNull.INSTANCE);
        return json;
    }

    private static JsonObject refusal(String name, String reason) {
        JsonObject json = new JsonObject();
        json.addProperty("name", name);
        json.addProperty("reason", reason);
        return json;
    }

    /** Closes all models for tasks; no request may use them any more. */
    @Override
    public void close() {
        current.values().forEach(ServedAdapter::close);
        retired.forEach(ServedAdapter::close);
        if (base != null) {
            base.close();
        }
    }
}
