/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.serving;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The adapters of a batch of requests, each in one version for the whole batch. */
final class Leases implements AutoCloseable {

    private final ServedAdapters<AdapterTasks> adapters;
    private final Map<String, ServedAdapter<AdapterTasks>> leased = new HashMap<>();

    Leases(ServedAdapters<AdapterTasks> adapters) {
        this.adapters = adapters;
    }

    /** Returns what predicts with an adapter, empty for the base model. */
    AdapterTasks of(String name) throws NoAdapterException {
        ServedAdapter<AdapterTasks> adapter = leased.get(name);
        if (adapter == null) {
            Optional<ServedAdapter<AdapterTasks>> found = adapters.lease(name);
            adapter = found.orElseThrow(() -> new NoAdapterException(adapters.missing(name)));
            leased.put(name, adapter);
        }
        return adapter.tasks();
    }

    @Override
    public void close() {
        leased.values().forEach(ServedAdapter::release);
    }
}
