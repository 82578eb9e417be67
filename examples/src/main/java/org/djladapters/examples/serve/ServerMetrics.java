/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;
import org.djladapters.generation.GeneratedText;
import org.djladapters.serving.ServedAdapters;

/** Counts requests, by adapter too, and shows the numbers with those of the Java machine. */
final class ServerMetrics implements AutoCloseable {

    /** The label of requests without an adapter that is served, which no adapter can have. */
    static final String NONE = "(none)";

    /** The label of the base model. */
    static final String BASE = "(base)";

    private static final String OTHER = "(other)";

    private static final String ADAPTER = "adapter";
    private static final String STATUS = "status";

    /** The adapters with a label of their own: every one is a time series for good. */
    private static final int MAX_LABELS = 200;

    /** Upper ends of the histogram's buckets, in seconds. */
    private static final double[] ENDS = {
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
    };

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final Timer predictions;
    private final Counter read;
    private final Counter written;
    private final Set<String> labels = new HashSet<>();

    ServerMetrics() {
        predictions =
                Timer.builder("adapters.predict")
                        .description("From the head of a request to its answer")
                        .serviceLevelObjectives(
                                DoubleStream.of(ENDS)
                                        .mapToObj(end -> Duration.ofNanos((long) (end * 1e9)))
                                        .toArray(Duration[]::new))
                        .register(registry);
        read =
                Counter.builder("adapters.prompt.tokens")
                        .description("Tokens of prompts that texts were written for")
                        .register(registry);
        written =
                Counter.builder("adapters.new.tokens")
                        .description("Tokens that were written")
                        .register(registry);
        List.<MeterBinder>of(
                        new JvmMemoryMetrics(),
                        new JvmThreadMetrics(),
                        new ClassLoaderMetrics(),
                        new ProcessorMetrics(),
                        new FileDescriptorMetrics(),
                        new UptimeMetrics(),
                        collections)
                .forEach(binder -> binder.bindTo(registry));
    }

    /** Also shows the requests that wait and run, and the adapters. */
    void bind(Predictions queue, ServedAdapters<?> adapters) {
        Gauge.builder("adapters.requests.waiting", queue, Predictions::waiting)
                .description("Requests in the queue")
                .register(registry);
        Gauge.builder("adapters.requests.running", queue, Predictions::running)
                .description("Requests being predicted")
                .register(registry);
        Gauge.builder("adapters.loaded", adapters, ServedAdapters::count)
                .description("Adapters that are served")
                .register(registry);
        FunctionCounter.builder("adapters.loads", adapters, ServedAdapters::loads)
                .description("Versions of adapters that were loaded")
                .register(registry);
        FunctionCounter.builder("adapters.failed.loads", adapters, ServedAdapters::failedLoads)
                .description("Versions of adapters that were refused")
                .register(registry);
        FunctionCounter.builder("adapters.batches", queue, Predictions::batches)
                .description("Batches that were predicted")
                .register(registry);
    }

    /** Counts an answer to any request. */
    void count(int status) {
        registry.counter("adapters.requests", STATUS, String.valueOf(status)).increment();
    }

    /** Adds the tokens of texts. */
    void count(List<GeneratedText> texts) {
        read.increment(texts.stream().mapToInt(GeneratedText::promptTokens).sum());
        written.increment(texts.stream().mapToInt(GeneratedText::newTokens).sum());
    }

    /**
     * Adds a request for predictions, with any answer.
     *
     * @param adapter the name of an adapter that is served, {@link #BASE} or {@link #NONE}
     */
    void time(String adapter, int status, long nanos) {
        Duration time = Duration.ofNanos(nanos);
        predictions.record(time);
        Timer.builder("adapters.adapter.predict")
                .description("As adapters_predict_seconds, for each adapter")
                .tags(ADAPTER, label(adapter), STATUS, String.valueOf(status))
                .register(registry)
                .record(time);
    }

    private synchronized String label(String adapter) {
        if (adapter.equals(NONE) || adapter.equals(BASE) || labels.contains(adapter)) {
            return adapter;
        }
        return labels.size() < MAX_LABELS && labels.add(adapter) ? adapter : OTHER;
    }

    /** Writes all in Prometheus's text format. */
    String text() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
