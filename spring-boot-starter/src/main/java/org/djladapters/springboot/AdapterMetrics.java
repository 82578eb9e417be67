/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.springboot;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.djladapters.serving.ServedAdapters;

/** Counts the adapters that are served, and the versions that were loaded and refused. */
final class AdapterMetrics implements MeterBinder {

    private final ServedAdapters<?> adapters;

    AdapterMetrics(AdapterPool pool) {
        adapters = pool.adapters();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("djl.adapters.loaded", adapters, ServedAdapters::count)
                .description("Adapters that are served")
                .register(registry);
        FunctionCounter.builder("djl.adapters.loads", adapters, ServedAdapters::loads)
                .description("Versions of adapters that were loaded")
                .register(registry);
        FunctionCounter.builder("djl.adapters.failed.loads", adapters, ServedAdapters::failedLoads)
                .description("Versions of adapters that were refused")
                .register(registry);
    }
}
