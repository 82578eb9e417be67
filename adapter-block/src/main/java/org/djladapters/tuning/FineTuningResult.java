/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.Provenance;
import org.djladapters.io.PlainNumber;
import org.djladapters.task.option.Guard;

/**
 * What a fine-tuning run gave.
 *
 * @param startMetrics the metrics of epoch 0 on the development data, before the first step; empty
 *     where they would say nothing, since a new head has learned nothing yet
 * @param metrics the metrics of the best evaluation on the development data
 * @param bestEpoch the epoch, counted from 1, at whose end or in which that was, and whose
 *     parameters were kept; 0 if none was better than the start, whose parameters were kept then
 * @param bestStep the number of updates before that evaluation
 * @param trainableParameters the number of trainable parameters, the head included
 * @param adapterParameters the number of trainable parameters without the head
 * @param seconds the wall time of the run, with that of earlier runs that it resumed
 * @param adapterDirectory where the adapter was saved
 * @param provenance the record that was saved with it
 * @param search what the search in the development data of embeddings found before and after; empty
 *     for other data, and for a run that began with an earlier version
 * @param guard the same of the {@linkplain FineTuner.Builder#optGuard guard}; empty without one
 * @param refused the number of evaluations that were the best on the development data, but were not
 *     kept, since the guard had become worse by more than its tolerance
 */
public record FineTuningResult(
        Map<String, Double> startMetrics,
        Map<String, Double> metrics,
        int bestEpoch,
        int bestStep,
        long trainableParameters,
        long adapterParameters,
        double seconds,
        Path adapterDirectory,
        Provenance provenance,
        Optional<SearchChange> search,
        Optional<SearchChange> guard,
        int refused) {

    /** Makes the metrics unmodifiable, in their order. */
    public FineTuningResult {
        startMetrics = Collections.unmodifiableMap(new LinkedHashMap<>(startMetrics));
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    }

    /**
     * Tells whether an epoch was better than the start on the development data; also true if the
     * start was not measured.
     */
    public boolean isImproved() {
        return bestEpoch > 0;
    }

    /**
     * Tells whether the guard let an adapter pass: false if some were better than the start on the
     * development data, but made the guard too much worse. True without a guard.
     */
    public boolean isGuardPassed() {
        return isImproved() || refused == 0;
    }

    /** Says that the training was in vain, or that the guard cost something, if that is so. */
    Optional<String> warning(String metric, Optional<Guard> given) {
        if (refused > 0) {
            Guard guarded = given.orElseThrow();
            String fell =
                    "since %s of '%s' fell by more than %s"
                            .formatted(
                                    metric,
                                    guarded.search().source(),
                                    PlainNumber.of(guarded.tolerance()));
            return Optional.of(
                    isImproved()
                            ? "Evaluations that were better (%d) were not kept, %s"
                                    .formatted(refused, fell)
                            : "No epoch that is better than the model before training was kept, %s,"
                                            .formatted(fell)
                                    + " so the adapter was saved as it began; try a lower learning"
                                    + " rate, or a larger tolerance");
        }
        return isImproved()
                ? Optional.empty()
                : Optional.of(
                        String.format(
                                Locale.ROOT,
                                "No epoch is better than the model before training (%s %.4f), so"
                                        + " the adapter was saved as it began; try other learning"
                                        + " rates or more data",
                                metric,
                                startMetrics.get(metric)));
    }

    /** Measures the adapter's weights on disk, head included. */
    public long fileBytes() throws IOException {
        return AdapterDirectory.weightBytes(adapterDirectory);
    }
}
