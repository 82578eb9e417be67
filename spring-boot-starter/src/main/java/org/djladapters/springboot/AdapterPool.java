/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.springboot;

import ai.djl.translate.TranslateException;
import ai.djl.util.StringPair;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.serving.AdapterFolder;
import org.djladapters.serving.FolderWatcher;
import org.djladapters.serving.ServedAdapter;
import org.djladapters.serving.ServedAdapters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One base model with the adapters of a folder, each in its newest version, and a limited number of
 * calls that it computes at once. Others wait for their turn. Safe for threads.
 *
 * <p>An adapter that is added, changed or removed in the folder is loaded, replaced or unloaded
 * meanwhile. A call is answered by one version from beginning to end.
 *
 * <p>Every call is an observation {@code djl.adapters.predictions} with the model, the adapter and
 * its task; the name of an adapter that does not exist never becomes a tag.
 */
public final class AdapterPool implements AutoCloseable {

    static final String OBSERVATION = "djl.adapters.predictions";

    /** The tag of the base model, which no adapter can have as a name. */
    static final String BASE = "(base)";

    private static final Logger logger = LoggerFactory.getLogger(AdapterPool.class);

    private final ServedAdapters<AdapterVersion> adapters;
    private final AdapterProperties properties;
    private final ObservationRegistry observations;
    private final String modelName;
    private final Semaphore turns;
    private final Optional<AdapterFolder> folder;
    private final Optional<FolderWatcher> watcher;
    private volatile boolean closed;

    /**
     * Loads the adapters of the folder and begins to watch it.
     *
     * @param model a model that was opened from a folder; it is not closed with this
     * @throws WrongPropertyException if the folder or an adapter that properties name is missing
     */
    AdapterPool(
            AdaptedModel model, AdapterProperties properties, ObservationRegistry observations) {
        this.properties = properties;
        this.observations = observations;
        modelName =
                model.directory()
                        .map(ModelDirectory::name)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "The AdaptedModel bean was not opened from a"
                                                        + " folder; open it from one"));
        turns = new Semaphore(properties.poolSize(), true);
        adapters = new ServedAdapters<>(model, AdapterVersion::open);
        folder = properties.adapters().map(this::load);
        try {
            require("default-adapter", properties.defaultAdapter(), String.class, float[].class);
            require("scoring-adapter", properties.scoringAdapter(), StringPair.class, Float.class);
        } catch (WrongPropertyException e) {
            adapters.close();
            throw e;
        }
        watcher = folder.map(found -> FolderWatcher.start(found::poll, properties.pollInterval()));
    }

    private AdapterFolder load(Path path) {
        if (!Files.isDirectory(path)) {
            throw new WrongPropertyException(
                    "folder",
                    "names '%s', which is not a folder; make it, or leave the property out"
                            .formatted(path));
        }
        AdapterFolder found = new AdapterFolder(path, adapters, logger::info, logger::warn);
        found.poll();
        found.poll(); // a folder counts when two looks find the same
        return found;
    }

    private void require(String property, String name, Class<?> input, Class<?> output) {
        if (name.isEmpty()) {
            return; // the base model may be for something else
        }
        if (!serves(name)) {
            throw new WrongPropertyException(
                    property,
                    "names an adapter that is not served: %s; the folder has %s"
                            .formatted(adapters.missing(name), names()));
        }
        AdapterVersion version = lease(name, found -> found); // nothing unloads it yet
        if (!version.predicts(input, output)) {
            throw new WrongPropertyException(
                    property,
                    "names '%s', which gives no %s (its task is %s); name another one"
                            .formatted(
                                    name,
                                    output == Float.class
                                            ? "scores of pairs of texts"
                                            : "vectors of texts",
                                    version.task()));
        }
    }

    /** Returns the names of the adapters that are served, in their order. */
    public List<String> names() {
        return adapters.names();
    }

    /** Tells whether an adapter is served; the empty name is the base model. */
    public boolean serves(String adapter) {
        return adapter.isEmpty() || adapters.serves(adapter);
    }

    /** Returns the name of the base model. */
    public String modelName() {
        return modelName;
    }

    /** Returns the name of the base model, with that of an adapter behind a slash. */
    String modelName(String adapter) {
        return adapter.isEmpty() ? modelName : modelName + "/" + adapter;
    }

    /**
     * Predicts with the newest version of an adapter, whatever its task is.
     *
     * @param adapter the name of the adapter, empty for the base model
     * @param input the type that is predicted from, such as {@code String}
     * @param output the type of predictions, such as {@code Classifications}
     * @param inputs what is predicted from
     * @return a prediction for each
     * @throws UnknownAdapterException if there is no such adapter
     * @throws IllegalArgumentException if it does not predict such types
     * @throws IllegalStateException if this was closed
     */
    public <I, O> List<O> predict(String adapter, Class<I> input, Class<O> output, List<I> inputs) {
        return use(
                adapter,
                AdapterVersion.Use.task(input, output),
                task -> {
                    try {
                        return task.predict(inputs);
                    } catch (TranslateException e) {
                        throw new IllegalStateException(e.getMessage(), e);
                    }
                });
    }

    /** Calls what uses the newest version of an adapter, when it is this call's turn. */
    <M extends AutoCloseable, T> T use(
            String adapter, AdapterVersion.Use<M> use, Function<M, T> call) {
        return lease(
                adapter,
                version ->
                        observation(adapter, version)
                                .observe(() -> inTurn(() -> call.apply(version.get(use)))));
    }

    private Observation observation(String adapter, AdapterVersion version) {
        return Observation.createNotStarted(OBSERVATION, observations)
                .lowCardinalityKeyValue("model", modelName)
                .lowCardinalityKeyValue("adapter", adapter.isEmpty() ? BASE : adapter)
                .lowCardinalityKeyValue("task", version.task());
    }

    /** Returns the exception for an adapter, if it is not served. */
    void requireServed(String adapter) {
        if (!serves(adapter)) {
            throw new UnknownAdapterException(adapters.missing(adapter));
        }
    }

    private <T> T lease(String adapter, Function<AdapterVersion, T> work) {
        ServedAdapter<AdapterVersion> leased =
                adapters.lease(adapter)
                        .orElseThrow(() -> new UnknownAdapterException(adapters.missing(adapter)));
        try {
            return work.apply(leased.tasks());
        } finally {
            leased.release();
        }
    }

    private <T> T inTurn(Supplier<T> call) {
        turns.acquireUninterruptibly();
        try {
            if (closed) {
                throw new IllegalStateException("The pool of adapters was closed");
            }
            return call.get();
        } finally {
            turns.release();
        }
    }

    /** Returns why this should get no requests, empty if it should. */
    Optional<String> problem() {
        Optional<String> lost = folder.flatMap(AdapterFolder::failure);
        if (lost.isPresent()) {
            return lost;
        }
        if (adapters.count() < properties.minAdapters()) {
            return Optional.of(
                    "%d adapters are served, but at least %d must be (%s.min-adapters)"
                            .formatted(
                                    adapters.count(),
                                    properties.minAdapters(),
                                    AdapterProperties.PREFIX));
        }
        return Stream.of(properties.defaultAdapter(), properties.scoringAdapter())
                .filter(name -> !serves(name))
                .map(adapters::missing)
                .findFirst();
    }

    /** Returns why folders are not served in their newest version, by name. */
    Map<String, String> refusals() {
        return adapters.refusals();
    }

    ServedAdapters<?> adapters() {
        return adapters;
    }

    /** Waits for calls that are computed now, and refuses those that wait; then closes all. */
    @Override
    public void close() {
        watcher.ifPresent(FolderWatcher::close);
        closed = true;
        turns.acquireUninterruptibly(properties.poolSize());
        try {
            adapters.close();
        } finally {
            turns.release(properties.poolSize());
        }
    }
}
