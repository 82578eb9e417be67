/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.djladapters.adapter.Adapter;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.AdapterRegistry;
import org.djladapters.model.pass.KeptAdapter;

/**
 * Versions of something that is opened for adapters, and opened again for those that take their
 * places, if that is chosen. A version and its adapters stay until the last user is done with them.
 * Safe for threads.
 */
final class Versions<V extends Versions.Version> implements AutoCloseable {

    private final AdapterRegistry registry;
    private final Replacement replacement;
    private final Opener<V> opener;

    private Entry current;
    private boolean closed;

    /** Something that is opened for adapters. */
    interface Version extends AutoCloseable {
        @Override
        void close();
    }

    /** Opens a version. */
    @FunctionalInterface
    interface Opener<V> {
        V open(List<Adapter> adapters) throws IOException;
    }

    /** Keeps one of the adapters. */
    private interface Keeper<A> {
        KeptAdapter keep(A adapter);
    }

    /** Opens the first version. */
    Versions(AdaptedModel model, List<String> names, Replacement replacement, Opener<V> opener)
            throws IOException {
        registry = model.registry();
        this.replacement = replacement;
        this.opener = opener;
        current = open(names, registry::keep);
    }

    private <A> Entry open(List<A> adapters, Keeper<A> keeper) throws IOException {
        List<KeptAdapter> kept = new ArrayList<>();
        try {
            adapters.forEach(adapter -> kept.add(keeper.keep(adapter)));
            List<Adapter> found = kept.stream().map(KeptAdapter::adapter).toList();
            return new Entry(kept, found, opener.open(found));
        } catch (IOException | RuntimeException e) {
            kept.forEach(KeptAdapter::close);
            throw e;
        }
    }

    /** A version with its adapters, and how many use it. */
    private final class Entry {

        private final List<KeptAdapter> kept;
        private final List<Adapter> adapters;
        private final V version;

        /** The number of users; the current version has one more. */
        private int users = 1;

        Entry(List<KeptAdapter> kept, List<Adapter> adapters, V version) {
            this.kept = kept;
            this.adapters = adapters;
            this.version = version;
        }

        boolean isOutdated() {
            return adapters.stream().anyMatch(adapter -> adapter.latest() != adapter);
        }

        void release() {
            synchronized (Versions.this) {
                users--;
                if (users > 0) {
                    return;
                }
            }
            version.close();
            kept.forEach(KeptAdapter::close);
        }
    }

    /** Work with a version. */
    @FunctionalInterface
    interface Work<V, T, E extends Exception> {
        T with(V version) throws E;
    }

    /**
     * Works with the current version, which stays open meanwhile.
     *
     * @throws IllegalStateException if the adapters that have taken the places can't be used
     */
    <T, E extends Exception> T use(Work<V, T, E> work) throws E {
        Entry outdated = null;
        Entry used;
        synchronized (this) {
            if (!closed && replacement == Replacement.FOLLOW && current.isOutdated()) {
                outdated = current;
                current = reopen(outdated);
            }
            used = current;
            used.users++;
        }
        if (outdated != null) {
            outdated.release();
        }
        try {
            return work.with(used.version);
        } finally {
            used.release();
        }
    }

    private Entry reopen(Entry outdated) {
        try {
            return open(outdated.adapters, registry::keepLatest);
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "%s was replaced by what can't be used here; open it again: %s"
                            .formatted(names(outdated.adapters), e.getMessage()),
                    e);
        }
    }

    /** Returns a list of one adapter; the base model is an empty list. */
    static List<String> named(String adapterName) {
        return adapterName.equals(AdaptedModel.BASE) ? List.of() : List.of(adapterName);
    }

    /** Names adapters for messages. */
    static String names(List<Adapter> adapters) {
        return adapters.isEmpty()
                ? "the base model without adapters"
                : adapters.stream()
                        .map(adapter -> "'" + adapter.name() + "'")
                        .collect(Collectors.joining(" and "));
    }

    /** Closes the current version, once nobody uses it. */
    @Override
    public void close() {
        Entry last;
        synchronized (this) {
            last = closed ? null : current;
            closed = true;
        }
        if (last != null) {
            last.release();
        }
    }
}
