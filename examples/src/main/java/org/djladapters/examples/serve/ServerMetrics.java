/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import org.djladapters.serving.ServedAdapters;

/** Counts requests and writes the counts in Prometheus's text format. */
final class ServerMetrics {

    /** Upper ends of the histogram's buckets, in seconds. */
    private static final double[] ENDS = {
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
    };

    private final Map<Integer, LongAdder> byStatus = new ConcurrentSkipListMap<>();
    private final LongAdder[] buckets = new LongAdder[ENDS.length + 1];
    private final LongAdder nanoseconds = new LongAdder();

    ServerMetrics() {
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = new LongAdder();
        }
    }

    /** Counts an answer to any request. */
    void count(int status) {
        byStatus.computeIfAbsent(status, s -> new LongAdder()).increment();
    }

    /** Adds the time of a request for predictions, with any answer. */
    void time(long nanos) {
        int bucket = 0;
        while (bucket < ENDS.length && nanos > ENDS[bucket] * 1e9) {
            bucket++;
        }
        buckets[bucket].increment();
        nanoseconds.add(nanos);
    }

    /** Writes all as text, with the numbers of requests that wait for a worker and that run. */
    String text(int waiting, int running, ServedAdapters<?> adapters) {
        StringBuilder text = new StringBuilder();
        head(text, "adapters_requests_total", "counter", "Requests that were answered, by status.");
        byStatus.forEach(
                (status, count) ->
                        line(
                                text,
                                "adapters_requests_total{status=\"" + status + "\"}",
                                count.sum()));
        histogram(text);
        single(text, "adapters_requests_waiting", "gauge", "Requests in the queue.", waiting);
        single(text, "adapters_requests_running", "gauge", "Requests being predicted.", running);
        single(text, "adapters_loaded", "gauge", "Adapters that are served.", adapters.count());
        single(
                text,
                "adapters_loads_total",
                "counter",
                "Versions of adapters that were loaded.",
                adapters.loads());
        single(
                text,
                "adapters_failed_loads_total",
                "counter",
                "Versions of adapters that were refused.",
                adapters.failedLoads());
        return text.toString();
    }

    private void histogram(StringBuilder text) {
        String name = "adapters_predict_seconds";
        head(text, name, "histogram", "Seconds from the head of a request to its answer.");
        long below = 0;
        for (int i = 0; i < buckets.length; i++) {
            below += buckets[i].sum();
            String end = i < ENDS.length ? String.valueOf(ENDS[i]) : "+Inf";
            line(text, name + "_bucket{le=\"" + end + "\"}", below);
        }
        text.append(String.format(Locale.ROOT, "%s_sum %.6f\n", name, nanoseconds.sum() / 1e9));
        line(text, name + "_count", below);
    }

    private static void single(
            StringBuilder text, String name, String type, String help, long value) {
        head(text, name, type, help);
        line(text, name, value);
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static void line(StringBuilder text, String name, long value) {
        text.append(name).append(' ').append(value).append('\n');
    }
}
