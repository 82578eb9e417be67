/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.djladapters.io.JsonLines;

/**
 * The folder of a training with one learning rate: {@code curve.jsonl} gets a line per epoch,
 * {@code trial.jsonl} the result, {@code adapter} the adapter.
 */
final class TrialFolder {

    private final Path folder;
    private final JsonLines<RunResult.EpochPoint> curve;
    private final JsonLines<Ended> end;

    TrialFolder(Path work) throws IOException {
        folder = Files.createDirectories(work);
        curve =
                new JsonLines<>(
                        folder.resolve("curve.jsonl"),
                        RunResult.EpochPoint.class,
                        "an epoch",
                        point -> point.epoch() > 0);
        end =
                new JsonLines<>(
                        folder.resolve("trial.jsonl"),
                        Ended.class,
                        "a trial",
                        ended -> ended.setup() != null && ended.versions() != null);
    }

    /**
     * The result of a training, with the components of {@link RunResult}; the value is that of the
     * decisive metric in the best epoch on the held-out data, null for a failure.
     */
    record Ended(
            RunSetup setup,
            double learningRate,
            Double headLearningRate,
            String metric,
            Double value,
            double seconds,
            int bestEpoch,
            List<RunResult.EpochPoint> curve,
            long adapterParameters,
            long trainableParameters,
            Double coverage,
            long fileBytes,
            Long peakMiB,
            Map<String, String> versions,
            String failure) {

        static Ended failed(RunSetup setup, double learningRate, double seconds, String reason) {
            return new Ended(
                    setup,
                    learningRate,
                    null,
                    null,
                    null,
                    seconds,
                    0,
                    List.of(),
                    0,
                    0,
                    null,
                    0,
                    null,
                    Map.of(),
                    reason);
        }

        boolean isFailed() {
            return failure != null;
        }

        /** Tells whether the method and the task leave nothing to train. */
        boolean isFrozen() {
            return !isFailed() && trainableParameters == 0;
        }
    }

    /** Returns the folder of the adapter. */
    Path adapter() {
        return folder.resolve("adapter");
    }

    /** Returns the result of the training, if it has ended with this setup. */
    Optional<Ended> ended(RunSetup setup) throws IOException {
        return end.read().stream()
                .filter(ended -> ended.setup().equals(setup))
                .filter(
                        ended ->
                                ended.isFailed()
                                        || ended.isFrozen()
                                        || Files.isDirectory(adapter()))
                .reduce((first, last) -> last);
    }

    void end(Ended ended) throws IOException {
        end.append(List.of(ended));
    }

    void addEpoch(RunResult.EpochPoint point) throws IOException {
        curve.append(List.of(point));
    }

    /** Returns the epochs; the last line of an epoch counts. */
    List<RunResult.EpochPoint> curve() throws IOException {
        Map<Integer, RunResult.EpochPoint> epochs = new TreeMap<>();
        curve.read().forEach(point -> epochs.put(point.epoch(), point));
        return new ArrayList<>(epochs.values());
    }
}
