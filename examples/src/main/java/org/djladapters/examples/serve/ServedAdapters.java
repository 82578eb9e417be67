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
import org.djladapters.model.AdaptedModel;

/**
 * The adapters of one base model that answer requests, each in its newest version. A version is
 * loaded beside the one that runs and takes its place in one step; the older one is deleted when
 * the last request that uses it is over.
 *
 * <p>Any thread asks for {@linkplain #lease leases}; one thread at a time makes changes.
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

    /** What may still have leases. */
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
     * Takes the newest version of an adapter on lease; the caller releases it.
     *
     * @param name the name of the adapter, null for the base model
     * @throws Refusal if there is none
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
            Thread.onSpinWait(); // it was retired after it was replaced in the map
        }
    }

    /** Returns whether a version of this name answers requests. */
    boolean serves(String name) {
        return current.containsKey(name);
    }

    /** Returns the number of adapters, without the base model. */
    int count() {
        return current.size();
    }

    /** Returns how many versions were loaded. */
    long loads() {
        return loads.get();
    }

    /** Returns how many versions were refused. */
    long failedLoads() {
        return failedLoads.get();
    }

    /**
     * Loads the next version of an adapter, which is not used before it is {@linkplain #put put}.
     *
     * @throws IOException if the folder does not hold an adapter for this model
     * @throws IllegalArgumentException if the name can't be that of an adapter, or it predicts
     *     nothing from texts
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

    /** Lets a version that was loaded answer all requests from now on. */
    void put(ServedAdapter next) {
        versions.put(next.name(), next.version());
        loads.incrementAndGet();
        refused.remove(next.name());
        retire(current.put(next.name(), next));
    }

    /** Throws a version away that was never used. */
    void discard(ServedAdapter unused) {
        unused.close();
        model.delete(unused.internalName());
    }

    /** Notes why the folder of a name is not loaded; the version that runs goes on. */
    void refuse(String name, String reason) {
        failedLoads.incrementAndGet();
        refused.put(name, reason);
    }

    /** Ends what there is of a name. */
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

    /** Deletes the versions that nobody uses any more. */
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

    /** Closes what predicts; nobody may use it any more. */
    @Override
    public void close() {
        current.values().forEach(ServedAdapter::close);
        retired.forEach(ServedAdapter::close);
        if (base != null) {
            base.close();
        }
    }
}
