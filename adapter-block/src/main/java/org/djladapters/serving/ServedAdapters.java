/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.serving;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.io.Failures;
import org.djladapters.model.AdaptedModel;

/**
 * The adapters of one base model that answer requests, each in its newest version. A new version is
 * loaded while the old one answers, and replaces it in one step; the old one is deleted when its
 * last request has ended. An {@link AdapterFolder} says which adapters there are.
 *
 * <p>Any thread may take {@linkplain #lease leases}; only one thread at a time makes changes.
 *
 * @param <T> what predicts with an adapter
 */
public final class ServedAdapters<T extends ServedAdapters.Tasks> implements AutoCloseable {

    private static final String NO_NAME = "";

    private final AdaptedModel model;
    private final Opener<T> opener;
    private final Optional<ServedAdapter<T>> base;
    private final Map<String, ServedAdapter<T>> current = new ConcurrentHashMap<>();
    private final SortedMap<String, String> refused = new ConcurrentSkipListMap<>();
    private final AtomicLong loads = new AtomicLong();
    private final AtomicLong failedLoads = new AtomicLong();

    /** The last version of every name. */
    private final Map<String, Integer> versions = new HashMap<>();

    /** Versions that may still have leases. */
    private final List<ServedAdapter<T>> retired = new ArrayList<>();

    /** What predicts with an adapter. */
    public interface Tasks extends AutoCloseable {

        /** Returns the task as a noun, such as {@code classification}. */
        String task();

        /** Returns what is predicted from: {@code text}, {@code pair}, {@code question}. */
        List<String> inputs();

        /** Closes this; the model keeps the adapter. */
        @Override
        void close();
    }

    /** Opens what predicts with an adapter. */
    @FunctionalInterface
    public interface Opener<T> {

        /**
         * Opens it beside others.
         *
         * @param model the base model
         * @param adapter the name of one of its adapters, or {@link AdaptedModel#BASE}
         * @throws IOException if a file of the adapter is malformed
         * @throws IllegalArgumentException if it can't be served
         */
        T open(AdaptedModel model, String adapter) throws IOException;
    }

    /**
     * Begins with the base model alone, which may predict nothing.
     *
     * @param model a model that was opened from a folder; it is not closed with this
     * @param opener opens each adapter
     */
    public ServedAdapters(AdaptedModel model, Opener<T> opener) {
        this.model = model;
        this.opener = opener;
        Optional<ServedAdapter<T>> opened = Optional.empty();
        try {
            opened =
                    Optional.of(
                            new ServedAdapter<>(
                                    NO_NAME,
                                    ServedAdapter.BASE_VERSION,
                                    AdaptedModel.BASE,
                                    opener.open(model, AdaptedModel.BASE)));
        } catch (IOException | IllegalArgumentException e) {
            refused.put(NO_NAME, Failures.reason(e));
        }
        base = opened;
    }

    /**
     * Leases the newest version of an adapter; the caller {@linkplain ServedAdapter#release
     * releases} it.
     *
     * @param name the name of the adapter, empty for the base model
     * @return the adapter; empty if there is none
     */
    public Optional<ServedAdapter<T>> lease(String name) {
        if (name.isEmpty()) {
            base.ifPresent(ServedAdapter::acquire);
            return base;
        }
        while (true) {
            ServedAdapter<T> found = current.get(name);
            if (found == null || found.acquire()) {
                return Optional.ofNullable(found);
            }
            Thread.onSpinWait(); // it was replaced in the map meanwhile
        }
    }

    /** Returns why the newest folder of a name, or the base model for "", is not served, if so. */
    public Optional<String> refusal(String name) {
        return Optional.ofNullable(refused.get(name));
    }

    /**
     * Returns why newest folders are not served, by their names in order, without the base model.
     */
    public SortedMap<String, String> refusals() {
        SortedMap<String, String> refusals = new TreeMap<>(refused);
        refusals.remove(NO_NAME);
        return refusals;
    }

    /** Says that an adapter, or the base model for "", is not served, and why if it was refused. */
    public String missing(String name) {
        String what = name.isEmpty() ? "The base model" : "Adapter '" + name + "'";
        return refusal(name)
                .map(reason -> "%s is not served: %s".formatted(what, reason))
                .orElseGet(() -> "There is no adapter '%s'".formatted(name));
    }

    /** Tells whether a version of this name answers requests. */
    public boolean serves(String name) {
        return current.containsKey(name);
    }

    /** Returns the base model. */
    public AdaptedModel model() {
        return model;
    }

    /** Returns the names of the adapters in their order, without the base model. */
    public List<String> names() {
        return current.keySet().stream().sorted().toList();
    }

    /** Returns the number of adapters, without the base model. */
    public int count() {
        return current.size();
    }

    /** Returns the number of versions that were loaded so far. */
    public long loads() {
        return loads.get();
    }

    /** Returns the number of versions that were refused so far. */
    public long failedLoads() {
        return failedLoads.get();
    }

    /**
     * Loads the next version of an adapter, which then answers all requests.
     *
     * @param isStill tells whether the folder was not changed while it was read
     * @return a description; empty if the folder was changed, so that nothing happened
     * @throws IOException if the folder does not hold an adapter for this model
     * @throws IllegalArgumentException if an adapter can't have the name, or can't be served
     */
    Optional<String> load(String name, Path folder, BooleanSupplier isStill) throws IOException {
        ServedAdapter<T> next = next(name, folder);
        if (!isStill.getAsBoolean()) {
            discard(next);
            return Optional.empty();
        }
        versions.put(name, next.version());
        loads.incrementAndGet();
        refused.remove(name);
        retire(current.put(name, next));
        return Optional.of(next.toString());
    }

    private ServedAdapter<T> next(String name, Path folder) throws IOException {
        int version = versions.getOrDefault(name, ServedAdapter.BASE_VERSION) + 1;
        String internalName = name + ".v" + version;
        AdapterDirectory.load(model, internalName, folder);
        try {
            if (!model.active().isEmpty()) {
                model.activate(); // the first adapter of a model becomes active
            }
            return new ServedAdapter<>(
                    name, version, internalName, opener.open(model, internalName));
        } catch (IOException | RuntimeException e) {
            model.delete(internalName);
            throw e;
        }
    }

    /** Deletes a version that no request uses. */
    private void discard(ServedAdapter<T> unused) {
        unused.tasks().close();
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

    private void retire(ServedAdapter<T> old) {
        if (old != null) {
            old.retire();
            retired.add(old);
        }
        sweep();
    }

    /** Deletes retired versions that no request uses any more. */
    void sweep() {
        List<ServedAdapter<T>> unused = retired.stream().filter(ServedAdapter::isUnused).toList();
        unused.forEach(this::discard);
        retired.removeAll(unused);
    }

    /**
     * Describes all: {@code base}, the {@code adapters} with name, version, task, inputs and time
     * of loading, and the folders that were {@code refused}, with reasons.
     */
    public JsonObject json() {
        JsonObject json = new JsonObject();
        JsonArray adapters = new JsonArray();
        current.values().stream()
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .forEach(adapter -> adapters.add(adapter.json()));
        json.add(
                "base", base.map(ServedAdapters::baseJson).orElseGet(() -> refusal(null, NO_NAME)));
        json.add("adapters", adapters);
        JsonArray refusals = new JsonArray();
        refusals().keySet().forEach(name -> refusals.add(refusal(name, name)));
        json.add("refused", refusals);
        return json;
    }

    private static JsonElement baseJson(ServedAdapter<?> base) {
        JsonObject json = base.json();
        json.add("name", JsonNull.INSTANCE);
        return json;
    }

    private JsonElement refusal(String shown, String name) {
        JsonObject json = new JsonObject();
        json.addProperty("name", shown);
        json.addProperty("reason", refused.get(name));
        return json;
    }

    /** Closes what predicts; no request may use it any more. */
    @Override
    public void close() {
        current.values().forEach(adapter -> adapter.tasks().close());
        retired.forEach(adapter -> adapter.tasks().close());
        base.ifPresent(adapter -> adapter.tasks().close());
    }
}
